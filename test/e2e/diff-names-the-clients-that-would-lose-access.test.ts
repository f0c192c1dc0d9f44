import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { makeCredentials, runPinlatch, startGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, visit } from '../support/reloads.js';

test('a client that was seen lately and loses its pin is named', async (t) => {
  const credentials = makeCredentials();
  const gateway = await startGateway({ credentials, config: adminConfig });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  t.same(await visit(gateway), [200, 200]);
  const other = issueClient(credentials.authority, 'other');
  writeFileSync(
    join(gateway.folder, 'next.json'),
    JSON.stringify(adminConfig({ ...credentials, client: other })),
  );
  const diff = runPinlatch(['diff', 'gateway.json', 'next.json'], { cwd: gateway.folder });
  t.equal((await diff.exited).code, 1);
  const { status } = await askAdmin(gateway.folder, 'GET', '/v1/views/recent-clients');
  t.equal(status, 200);
  const [said] = diff.errors.text;
  t.match(said, /^1 recently seen clients, of which 1 would lose access/);
  const { sha256 } = credentials.client;
  t.match(diff.output.text.at(-1), `CN=test client (sha256 ${sha256}, seen `);
  t.match(diff.output.text.at(-1), /on edge\) loses hello$/);
});
