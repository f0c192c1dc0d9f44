import { test } from 'tap';
import type { LogLine } from '../support/child-output.js';
import { call, type Reply } from '../support/client.js';
import { startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { versionsOfNode } from '../support/node.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

const hello = (
  { port, credentials }: TestGateway,
  version: (typeof VERSIONS)[number],
): Promise<Reply> =>
  call({
    port,
    authority: credentials.authority,
    client: credentials.client,
    path: '/hello',
    version,
  });

const startWith = (provider: string): Promise<TestGateway> =>
  startGateway({
    config: (credentials) => ({ ...usualConfig(credentials), crypto: { provider } }),
  });

for (const [provider, library] of [
  ['host', `OpenSSL ${versionsOfNode().openssl?.split('+')[0]}`],
  ['portable', 'Mbed TLS 3.6'],
] as const) {
  test(`${provider} serves both protocol versions, and the log says who computes and why`, async (t) => {
    const gateway = await startWith(provider);
    const said = gateway.log.lines.find(({ event }) => event === 'crypto-provider');
    t.match(said, { provider, reason: /./ });
    t.ok(String(said?.library).startsWith(library), String(said?.library));
    for (const version of VERSIONS) t.equal((await hello(gateway, version)).status, 200, version);
    t.same(await gateway.stop(), { code: 0, signal: null });
  });
}

test('auto takes the host where Node has one', async (t) => {
  const gateway = await startWith('auto');
  t.match(
    gateway.log.lines.find(({ event }) => event === 'crypto-provider'),
    { provider: 'host' },
  );
  await gateway.stop();
});

test('a reload that asks for the other provider is refused with the word to restart', async (t) => {
  const gateway = await startWith('portable');
  gateway.writeConfig({ ...usualConfig(gateway.credentials), crypto: { provider: 'host' } });
  gateway.signal('SIGHUP');
  const issue = await gateway.log.find(({ event }: LogLine) => event === 'config-issue');
  t.match(issue, { code: 'crypto-provider-fixed', at: '/crypto/provider', found: '"host"' });
  t.match(issue, { expected: /^"portable", which this process uses/, fix: /restart/ });
  await gateway.log.event('reload-failed');
  t.equal((await hello(gateway, 'TLSv1.3')).status, 200);
  // What does not ask for another one is taken.
  gateway.writeConfig({ ...usualConfig(gateway.credentials), crypto: { provider: 'auto' } });
  gateway.signal('SIGHUP');
  await gateway.log.event('reloaded');
  await gateway.stop();
});
