import { test } from 'tap';
import { makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { saying, Tunnel } from '../support/tunnel.js';
import { startUpstream } from '../support/upstream.js';

const VERSION1 = 'PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n';
const VERSION2 = Buffer.from(
  '0d0a0d0a000d0a515549540a2111000cc6336407c00002011267 01bb'.replaceAll(' ', ''),
  'hex',
);
const LOCAL = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
const REQUEST = 'GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

async function startSite(from: readonly string[], more: Record<string, unknown> = {}) {
  const upstream = await startUpstream();
  const credentials = makeCredentials();
  const usual = usualConfig(credentials, upstream.url) as { listeners: { edge: object } };
  const edge = { ...usual.listeners.edge, proxyProtocol: { from }, ...more };
  const gateway = await startGateway({
    credentials,
    drainTimeout: '50ms',
    config: () => ({ ...usual, listeners: { edge } }),
  });
  return { upstream, gateway };
}

type Site = Awaited<ReturnType<typeof startSite>>;

function open(
  { gateway }: Site,
  said: Buffer | string,
  version: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3',
) {
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  return Tunnel.open({ port, authority, client, version, preamble: saying(said) });
}

async function stop({ upstream, gateway }: Site): Promise<void> {
  await upstream.close();
  await gateway.stop();
}

test('a listed proxy says who its client is, in either version of the header', async (t) => {
  const site = await startSite(['127.0.0.0/8']);
  for (const said of [VERSION1, VERSION2]) {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const tunnel = await open(site, said, version);
      tunnel.write(REQUEST);
      t.match((await tunnel.untilEnd()).toString(), /^HTTP\/1\.1 200 /);
      const request = site.upstream.requests.at(-1);
      t.equal(request?.headers['x-forwarded-for'], '198.51.100.7');
      tunnel.destroy();
    }
  }
  const line = await site.gateway.log.find(({ type }) => type === 'access');
  t.match(line, { remote: '198.51.100.7:4711', via: /^127\.0\.0\.1:\d+$/ });
  await stop(site);
});

test('a proxy that speaks for itself comes as itself', async (t) => {
  const site = await startSite(['127.0.0.1']);
  for (const said of [LOCAL, 'PROXY UNKNOWN\r\n']) {
    const tunnel = await open(site, said);
    tunnel.write(REQUEST);
    await tunnel.untilEnd();
    t.equal(site.upstream.requests.at(-1)?.headers['x-forwarded-for'], '127.0.0.1');
    tunnel.destroy();
  }
  await stop(site);
});

test('a listed proxy must send a header, and a sound one', async (t) => {
  const site = await startSite(['127.0.0.0/8']);
  for (const said of ['', 'PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\n', 'PROXY TCP9 \r\n']) {
    await t.rejects(open(site, said), said);
  }
  const refusals = () =>
    site.gateway.log.lines.filter(({ code }) => code === 'proxy-header-invalid');
  await site.gateway.log.find(() => refusals().length === 3);
  const refused = refusals();
  t.match(refused[0], { type: 'security', event: 'handshake-refused', remote: /^127\.0\.0\.1:/ });
  await stop(site);
});

test('nobody else can say who they are', async (t) => {
  const site = await startSite(['10.0.0.0/8', '2001:db8::/32']);
  await t.rejects(open(site, VERSION1));
  await t.rejects(open(site, VERSION2));
  const tunnel = await open(site, '');
  tunnel.write(REQUEST);
  await tunnel.untilEnd();
  t.equal(site.upstream.requests.at(-1)?.headers['x-forwarded-for'], '127.0.0.1');
  tunnel.destroy();
  await stop(site);
});

test('a header that does not come is waited for as long as for a handshake', async (t) => {
  const site = await startSite(['127.0.0.0/8'], { timeouts: { handshake: '300ms' } });
  await t.rejects(open(site, 'PROXY TCP4 198.51.100.7 '));
  const line = await site.gateway.log.find(({ type }) => type === 'security');
  t.match(line.code, /^(handshake-timeout|proxy-header-invalid)$/);
  await stop(site);
});
