import { once } from 'node:events';
import { type Test, test } from 'tap';
import { VERSIONS } from '../support/front.js';
import { answerTo, openHttp2 } from '../support/http2-client.js';
import { proxyConfig } from '../support/proxy-config.js';
import { type RevocableSite, startRevocableSite } from '../support/revocable-clients.js';
import { extendedConnect, openSocket, startEchoService, textFrame } from '../support/websockets.js';

async function startSite(t: Test): Promise<RevocableSite> {
  const service = await startEchoService(t);
  const site = await startRevocableSite((credentials, { allow, crl, clients }) => {
    const route = { name: 'ws', match: { path: '/ws' }, allow, proxy: 'service' };
    return proxyConfig(service.url, {
      more: [{ ...route, upgrade: ['websocket'] }],
      trust: { clients: { ca: ['ca.crt'], crl } },
      clients,
      // Of requests in flight; a tunnel gets none of it.
      timeouts: { eviction: '1h' },
    })(credentials);
  });
  t.teardown(() => site.gateway.stop());
  return site;
}

async function revokeAndSee(t: Test, site: RevocableSite, how: string): Promise<void> {
  const { line, milliseconds } = await site.revoke();
  t.match(line, { fingerprint: `sha256:${site.leaver.sha256}` }, how);
  t.comment(`${how}: cut ${milliseconds} ms after the list was replaced`);
}

for (const version of VERSIONS) {
  test(`over HTTP/1.1, ${version}: the revoked client's, and no other`, async (t) => {
    const site = await startSite(t);
    const [leaver, stayer] = [
      await openSocket(site.gateway, { version, client: site.leaver }),
      await openSocket(site.gateway, { version }),
    ];
    for (const client of [leaver, stayer]) t.equal(await client.echo('before'), 'before');
    await revokeAndSee(t, site, `HTTP/1.1, ${version}`);
    t.equal((await leaver.ended).code, 1006);
    t.equal(await stayer.echo('after'), 'after');
    await t.rejects(openSocket(site.gateway, { version, client: site.leaver }), /alert number 44/);
  });

  test(`over HTTP/2, ${version}: the revoked client's, and no other`, async (t) => {
    const site = await startSite(t);
    const { gateway, leaver: client } = site;
    const open = async (target: Pick<typeof gateway, 'port' | 'credentials'>) => {
      const session = await openHttp2(target, version);
      t.teardown(() => session.destroy());
      if (!session.remoteSettings?.enableConnectProtocol) await once(session, 'remoteSettings');
      const stream = session.request(extendedConnect('/ws'), { endStream: false });
      t.match((await once(stream, 'response'))[0], { ':status': 200 });
      return stream;
    };
    const echo = async (stream: Awaited<ReturnType<typeof open>>, text: string) => {
      stream.write(textFrame(text));
      const [frame] = await once(stream, 'data');
      return String(frame.subarray(2));
    };
    const leaver = await open({
      port: gateway.port,
      credentials: { ...gateway.credentials, client },
    });
    const stayer = await open(gateway);
    for (const stream of [leaver, stayer]) t.equal(await echo(stream, 'before'), 'before');
    const ended = answerTo(leaver);
    await revokeAndSee(t, site, `HTTP/2, ${version}`);
    t.not((await ended).code, 0);
    t.equal(await echo(stayer, 'after'), 'after');
  });
}
