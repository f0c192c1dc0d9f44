/**
 * While nobody reads the log, lines are dropped. Who sends many requests without a certificate loses lines of his own:
 * those of clients, on his listener or on another, are there when the reader comes back, and drops are counted by kind.
 */
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { type RawCall, RawClient } from '../support/raw-client.js';

const ANONYMOUS = 6000;
const OF_CLIENTS = 20;
const AT_ONCE = 50;
const LONG = 'x'.repeat(900);

function start(): Promise<TestGateway> {
  return startGateway({
    drainTimeout: '50ms',
    config: (credentials) => {
      const usual = usualConfig(credentials);
      const { edge } = usual.listeners as { edge: object };
      const open = {
        ...{ name: 'open', match: { path: '/open/*' }, allow: 'anyone', respond: {} },
        listeners: ['edge'],
      };
      return {
        ...usual,
        workers: 1,
        listeners: { edge: { ...edge, clientAuth: 'optional' }, inner: edge },
        routes: [...(usual.routes as object[]), open],
      };
    },
  });
}

/** load makes so many requests on one connection, some at once. */
async function load(what: RawCall, path: string, count: number): Promise<void> {
  const client = await RawClient.connect(what);
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const now = Math.min(AT_ONCE, count - sent);
    await client.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(now));
    for (let i = 0; i < now; ++i) await client.readResponse();
  }
  client.destroy();
}

test('lines of clients find room while anonymous requests are dropped', async (t) => {
  const gateway = await start();
  t.teardown(() => gateway.stop());
  const { ports, credentials, log, child } = gateway;
  const { authority, client } = credentials;
  const { edge = 0, inner = 0 } = ports;
  const stranger = issueClient(authority, 'a trusted stranger');
  child.stdout?.pause();
  await load({ port: edge, authority }, `/open/${LONG}`, ANONYMOUS);
  await load({ port: edge, authority, client }, '/hello', OF_CLIENTS);
  await load({ port: inner, authority, client }, '/hello', OF_CLIENTS);
  await load({ port: edge, authority, client: stranger }, '/hello', 1);
  await load({ port: edge, authority }, `/open/${LONG}`, ANONYMOUS);
  child.stdout?.resume();
  const dropped = await log.event('events-dropped');
  // Lines of one worker stand in their order: with the last one all are there.
  await load({ port: edge, authority, client }, '/last', 1);
  await log.find(({ path }) => path === '/last');
  const of = (listener: string, subject: string) =>
    log.lines.filter((line) => line.listener === listener && line.subject === subject);
  t.equal(of('edge', 'CN=test client').length, OF_CLIENTS + 1);
  t.equal(of('inner', 'CN=test client').length, OF_CLIENTS);
  const events = of('edge', 'CN=a trusted stranger').map(({ type, event }) => event ?? type);
  t.same(events, ['request-refused', 'access']);
  const count = Number(dropped.count);
  t.match(dropped, { access: count, security: 0, upstream: 0, control: 0 });
  const anonymous = log.lines.filter(({ path }) => String(path).startsWith('/open/')).length;
  t.equal(anonymous + count, 2 * ANONYMOUS);
  t.ok(anonymous > 100, `${anonymous} of the others, too`);
});
