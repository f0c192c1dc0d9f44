/**
 * A state folder as the last release left it (test/fixtures/last-good-1.json is what e0b929a kept, with this run's
 * certificates filled in) is of use on the day that it is for.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import {
  type Credentials,
  makeCredentials,
  makeFolder,
  writeCredentials,
} from '../support/gateway.js';
import { visit } from '../support/reloads.js';
import { makeStateFolder, restart, STATE } from '../support/restarts.js';

const HEAD = new URL('../fixtures/last-good-1.json', import.meta.url);

function keptByTheLastRelease(folder: string, { authority, server, client }: Credentials): Buffer {
  const files = ['ca.crt', 'server.crt'].map((name) => readFileSync(join(folder, name)));
  const [ca, own] = files;
  const head = readFileSync(HEAD, 'utf8')
    .replaceAll('@FOLDER@', folder)
    .replaceAll('@CA@', authority.sha256)
    .replaceAll('@SERVER@', server.sha256)
    .replaceAll('@CLIENT@', client.sha256)
    .replace('"@SIZE ca.crt@"', String(ca?.length))
    .replace('"@SIZE server.crt@"', String(own?.length));
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(JSON.parse(head))}\n`), ...files]);
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`pinlatch-last-good/1 sha256:${digest}\n`), body]);
}

test('a broken start after an upgrade serves what the last release kept', async (t) => {
  const credentials = makeCredentials();
  const folder = makeFolder();
  writeCredentials(folder, credentials);
  makeStateFolder(folder);
  const kept = keptByTheLastRelease(folder, credentials);
  writeFileSync(join(folder, STATE, 'last-good'), kept, { mode: 0o600 });
  writeFileSync(join(folder, 'gateway.json'), '{');
  const gateway = await restart(folder, credentials);
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  t.match(gateway.serving, { generation: 1, config: 'last-good' });
  t.same(await visit(gateway), [200, 200]);
  t.same(readFileSync(join(folder, STATE, 'last-good')), kept, 'it stays until a new one serves');
});
