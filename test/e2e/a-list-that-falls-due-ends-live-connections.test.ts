import { type Test, test } from 'tap';
import { call } from '../support/client.js';
import type { Config } from '../support/gateway.js';
import { keepAlive } from '../support/kept-alive.js';
import { type ListSite, startListSite } from '../support/list-site.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { reloadByCommand, visit } from '../support/reloads.js';
import { TestClock } from '../support/test-clock.js';
import { openSocket, startEchoService } from '../support/websockets.js';

const DUE_SECONDS = 600;

interface DueSite extends ListSite {
  readonly clock: TestClock;
  readonly due: Date;
}

async function startSite(t: Test): Promise<DueSite> {
  const clock = new TestClock();
  const due = clock.inSeconds(DUE_SECONDS);
  const service = await startEchoService(t);
  const site = await startListSite({
    env: clock.env,
    begin: (lists) => {
      // The older one names nobody either, and would be good for a week.
      lists.write('older.crl', 5n);
      lists.write('newer.crl', 6n, { nextUpdate: due });
    },
    config: (_credentials, usual) => {
      const [hello] = usual.routes as readonly Config[];
      const ws = { name: 'ws', match: { path: '/ws' }, allow: 'any-trusted', proxy: 'service' };
      return {
        ...usual,
        upstreams: { service: { endpoints: [service.url] } },
        routes: [hello, { ...ws, upgrade: ['websocket'] }],
      };
    },
  });
  t.teardown(() => site.gateway.stop());
  return { ...site, clock, due };
}

test('kept-alive connections, tickets and tunnels end with the newest list, and an older one saves none', async (t) => {
  const { gateway, lists, leaver, names, clock, due } = await startSite(t);
  const { port, credentials, log } = gateway;
  const { authority } = credentials;
  const alive = await Promise.all(VERSIONS.map((version) => keepAlive(gateway, leaver, version)));
  for (const one of alive) t.match(await one.get('/hello'), /200 OK/);
  const sockets = await Promise.all(
    VERSIONS.map((version) => openSocket(gateway, { version, client: leaver })),
  );
  for (const socket of sockets) t.equal(await socket.echo('before'), 'before');
  const ticketOf = async (version: (typeof VERSIONS)[number]) => {
    const first = await RawClient.connect({ port, authority, client: leaver, version });
    const session = await first.ticket();
    first.destroy();
    return { version, session };
  };
  const tickets = await Promise.all(VERSIONS.map(ticketOf));

  await clock.setJustBefore(gateway, due);
  t.same(await Promise.all(alive.map((one) => one.ended())), ['', ''], 'each with close_notify');
  for (const socket of sockets) t.equal((await socket.ended).code, 1006);
  for (const { version, session } of tickets) {
    const again = call({ port, authority, client: leaver, version, session, path: '/hello' });
    await t.rejects(again, /SSL alert number 46/, `${version}: by ticket`);
  }
  const closed = await log.find(({ event }) => event === 'connection-closed');
  t.match(closed, { type: 'security', code: 'revocation-unknown', subject: 'CN=leaver' });

  lists.write('newer.crl', 7n, names);
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), ['44', '44']);
  t.same(await visit(gateway), [200, 200]);
});
