import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { createAuthority, issueClient, issueServer } from '../support/certificates.js';
import { makeCredentials, makeFolder, runPinlatch, writeCredentials } from '../support/gateway.js';
import { tcpConfig } from '../support/tcp-gateway.js';

const URL_OF = 'tcp://127.0.0.1:1'; // never reached

function explainer(listener: object) {
  const credentials = makeCredentials();
  const folder = makeFolder();
  const guests = createAuthority('guests');
  writeCredentials(folder, credentials);
  writeFileSync(join(folder, 'guests.crt'), guests.pem);
  writeFileSync(join(folder, 'client.crt'), credentials.client.pem);
  writeFileSync(join(folder, 'guest.crt'), issueClient(guests, 'guest').pem);
  const wild = issueServer(credentials.authority, 'wild', [{ dns: '*.Wild.test' }]);
  writeFileSync(join(folder, 'wild.crt'), wild.pem);
  writeFileSync(join(folder, 'wild.key'), wild.keyPem, { mode: 0o600 });
  const config = tcpConfig(credentials, {
    routes: [
      { serverName: 'open.test', to: URL_OF, allow: 'any-trusted' },
      { serverName: '*', to: URL_OF, allow: 'any-trusted' },
    ],
    listener: {
      names: { 'open.test': { trust: 'guests' } },
      certificates: [
        { cert: 'server.crt', key: 'server.key' },
        { cert: 'wild.crt', key: 'wild.key' },
      ],
      ...listener,
    },
  });
  const trust = { ...(config.trust as object), guests: { ca: ['guests.crt'] } };
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ ...config, trust }));
  return async (cert: string, name: string): Promise<string> => {
    const route = ['--route', 'CONNECT', `tls://${name}`];
    const program = runPinlatch(['explain', '--cert', cert, ...route], { cwd: folder });
    await program.exited;
    return [...program.output.text, ...program.errors.text].join('\n');
  };
}

test('a name has its trust and its route in every spelling', async (t) => {
  const explain = explainer({});
  for (const name of ['open.test', 'open.test.', 'OPEN.test.']) {
    const guest = await explain('guest.crt', name);
    t.match(guest, /admitted/, name);
    t.match(guest, /route-0/, name);
    t.match(await explain('client.crt', name), /unknown-ca/, name);
  }
  t.match(await explain('client.crt', 'other.test.'), /route-1/);
});

test('a name that is refused, and what is none, is said to be', async (t) => {
  const explain = explainer({ unknownNames: 'refuse' });
  t.match(await explain('guest.crt', 'open.test.'), /admitted/);
  t.match(await explain('client.crt', 'a.wild.test.'), /admitted/);
  t.match(await explain('client.crt', 'localhost.'), /admitted/);
  t.match(await explain('client.crt', '127.0.0.1'), /admitted/);
  const stranger = await explain('client.crt', 'stranger.test');
  t.match(stranger, /unknown-server-name/);
  t.match(stranger, /neither a certificate nor/);
  t.match(await explain('client.crt', 'a..test'), /unknown-server-name/);
  t.match(await explain('client.crt', 'a..test'), /cannot be the name of a server/);
});
