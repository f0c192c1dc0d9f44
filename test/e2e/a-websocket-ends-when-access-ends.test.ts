import type { Test } from 'tap';
import { test } from 'tap';

import { issueClient } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { type Config, makeCredentials, startGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { openSocket, startEchoService } from '../support/websockets.js';

interface Route {
  readonly name: string;
  readonly [key: string]: unknown;
}

const ROUTE: Route = {
  name: 'ws',
  match: { path: '/ws' },
  allow: ['client', 'other'],
  proxy: 'service',
  upgrade: ['websocket'],
};
const OTHER_ROUTE = { ...ROUTE, name: 'ws2', match: { path: '/ws2' }, allow: ['other'] };

// What takes the usual client's access away, and what the log calls it. The grace for requests in flight is an hour: a
// tunnel gets none of it.
const ENDS: Readonly<
  Record<string, readonly [(config: Config, sha256: string) => Config, string]>
> = {
  'its certificate is denied': [
    (config, sha256) => ({
      ...config,
      trust: { clients: { ca: ['ca.crt'], deny: [`sha256:${sha256}`] } },
    }),
    'certificate-revoked',
  ],
  'its pin is another': [
    (config) => ({
      ...config,
      clients: { ...(config.clients as Config), client: { pins: [`sha256:${'11'.repeat(32)}`] } },
    }),
    'not-pinned',
  ],
  'its route allows it no longer, another does': [
    (config) => ({
      ...config,
      routes: [
        { ...ROUTE, allow: ['other'] },
        OTHER_ROUTE,
        { name: 'hello', match: { path: '/hello' }, allow: ['client'], respond: { status: 204 } },
      ],
    }),
    'not-pinned',
  ],
  'its route upgrades nothing any more': [
    (config) => ({ ...config, routes: [{ ...ROUTE, upgrade: ['other'] }, OTHER_ROUTE] }),
    'no-route',
  ],
  'its route is gone': [
    (config) => ({
      ...config,
      routes: [OTHER_ROUTE, { ...ROUTE, name: 'hello', match: { path: '/hello' } }],
    }),
    'no-route',
  ],
};

async function cut(t: Test, [change, code]: (typeof ENDS)[string]): Promise<void> {
  for (const version of VERSIONS) {
    const service = await startEchoService(t);
    const usual = makeCredentials();
    const other = issueClient(usual.authority, 'other client');
    const config = proxyConfig(service.url, {
      more: [ROUTE, OTHER_ROUTE],
      timeouts: { eviction: '1h' },
      clients: { other: { pins: [`sha256:${other.sha256}`] } },
    })(usual);
    const gateway = await startGateway({ credentials: usual, config: () => config });
    t.teardown(() => gateway.stop());
    const client = await openSocket(gateway, { version });
    const bystander = await openSocket(gateway, { version, client: other, path: '/ws2' });
    t.equal(await client.echo('a'), 'a');

    gateway.writeConfig(change(config, usual.client.sha256));
    gateway.signal('SIGHUP');
    t.equal((await client.ended).code, 1006, version);
    t.equal(await bystander.echo('still here'), 'still here', 'others go on');
    const line = await gateway.log.find(
      ({ type, path, status }) => type === 'access' && path === '/ws' && status === 101,
    );
    t.equal(line.code, code);
    bystander.socket.close(1000);
    await bystander.ended;
  }
}

for (const [name, end] of Object.entries(ENDS)) test(`when ${name}`, (t) => cut(t, end));

test('a reload that takes nothing away leaves it open', async (t) => {
  const service = await startEchoService(t);
  const config = proxyConfig(service.url, { more: [{ ...ROUTE, allow: ['client'] }] });
  const gateway = await startGateway({ config });
  t.teardown(() => gateway.stop());
  const client = await openSocket(gateway);
  gateway.writeConfig({ ...config(gateway.credentials), drainTimeout: '50ms' });
  gateway.signal('SIGHUP');
  await gateway.log.event('reloaded');
  t.equal(await client.echo('a'), 'a');

  // A drain waits for it as for any request, and cuts it at its end.
  gateway.signal('SIGTERM');
  t.equal((await client.ended).code, 1006);
  const line = await gateway.log.find(({ type, status }) => type === 'access' && status === 101);
  t.equal(line.code, 'draining');
});
