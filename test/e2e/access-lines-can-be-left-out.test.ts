import { test } from 'tap';

import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { startGateway, usualConfig } from '../support/gateway.js';

/** The types and statuses of the lines that a good request, a missing route and a stranger leave. */
async function linesWith(access: string): Promise<readonly string[]> {
  const gateway = await startGateway({
    config: (credentials) => ({ ...usualConfig(credentials), log: { access } }),
  });
  const { port, credentials, log } = gateway;
  const { authority, client } = credentials;
  await call({ port, authority, client, path: '/hello' });
  await call({ port, authority, client, path: '/nowhere' });
  await call({ port, authority, client: issueClient(authority, 'stranger'), path: '/hello' });
  await gateway.stop();
  return log.lines
    .filter(({ type }) => type === 'access' || type === 'security')
    .map(({ type, status }) => (type === 'access' ? `access ${status}` : `${type}`))
    .sort();
}

test('all requests leave a line', async (t) => {
  t.same(await linesWith('all'), ['access 200', 'access 403', 'access 404', 'security']);
});

test('only those that failed do', async (t) => {
  t.same(await linesWith('failed'), ['access 403', 'access 404', 'security']);
});

test('none do, but a refusal of the client is still told', async (t) => {
  t.same(await linesWith('off'), ['security']);
});
