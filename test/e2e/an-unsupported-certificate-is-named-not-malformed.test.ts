import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueClient } from '../support/certificates.js';
import { makeCredentials, runPinlatch, startGateway } from '../support/gateway.js';
import { generateKey } from '../support/keys.js';
import { adminConfig, visit } from '../support/reloads.js';

const credentials = makeCredentials();
const edwards = createAuthority('Ed448 CA', { key: generateKey('ed448') });

const start = (ca: readonly { readonly pem: string }[]) =>
  startGateway({
    credentials,
    config: (_, folder) => {
      writeFileSync(join(folder, 'ca.crt'), ca.map(({ pem }) => pem).join(''));
      return adminConfig(credentials);
    },
  });

const CASES = [
  {
    name: 'a client of an authority that is in the bundle and cannot be used',
    ca: [credentials.authority, edwards],
    client: issueClient(edwards, 'probe'),
    code: 'unknown-ca',
    detail: /^unusable-issuer .*issued by CN=Ed448 CA, .*it has an Ed448 key.*not supported/,
  },
  {
    name: 'a client with a signature that is not supported',
    ca: [credentials.authority],
    client: issueClient({ subject: 'test CA', key: edwards.key }, 'probe'),
    code: 'bad-certificate',
    detail: /^signature-algorithm .*it is signed with Ed448, which is not supported/,
  },
];

for (const { name, ca, client, code, detail } of CASES) {
  test(`${name} is refused by name in the log and in explain`, async (t) => {
    const gateway = await start(ca);
    t.teardown(() => gateway.stop());
    t.notOk((await visit(gateway, { client })).includes(200));
    const line = await gateway.log.find(({ event }) => event === 'handshake-refused');
    t.match(line, { code, detail, subject: 'CN=probe', fingerprint: `sha256:${client.sha256}` });
    t.notMatch(line.detail, /Add the issuer|RFC 5280\. Issue/);
    const id = String(line.handshakeId);
    const explain = runPinlatch(['explain', id, '--socket', 'admin.sock'], { cwd: gateway.folder });
    await explain.exited;
    const said = explain.output.text.join('\n');
    t.match(said, /CN=probe/);
    t.match(said, client.sha256.slice(0, 4).match(/../g)?.join(':').toUpperCase() ?? '?');
    t.notMatch(said, /certificate +none|malformed/);
  });
}
