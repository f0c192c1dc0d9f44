import { test } from 'tap';
import { createAuthority, issueClient, issueServer } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { GoClient, goMissing } from '../support/go-client.js';
import { generateKey, type KeyType } from '../support/keys.js';

const KEYS: readonly KeyType[] = ['p256', 'p384', 'rsa2048', 'ed25519'];
const OTHER = `sha256:${'0a'.repeat(32)}`;
// To compile Go's library for the first time takes a while.
const OPTIONS = { skip: goMissing(), timeout: 300_000 };

/** configOf has `/others`, which refuses the usual client. */
function configOf(announceAuthorities: boolean, credentials: Parameters<typeof usualConfig>[0]) {
  const usual = usualConfig(credentials);
  const { edge } = usual.listeners as { edge: Config };
  const others = { name: 'others', match: { path: '/others' }, allow: ['other'] };
  return {
    ...usual,
    clients: { ...(usual.clients as Config), other: { pins: [OTHER] } },
    listeners: { edge: { ...edge, announceAuthorities } },
    routes: [
      ...(usual.routes as readonly Config[]),
      { ...others, respond: { json: { others: true } } },
    ],
  };
}

/** expectedIn is what the program prints for a version of TLS when it is admitted. */
function expectedIn(version: (typeof VERSIONS)[number]): readonly string[] {
  return ['HTTP/1.1', 'HTTP/2.0'].flatMap((protocol) => [
    `${version} hello ${protocol} 200 resumed: false`,
    `${version} hello ${protocol} 200 resumed: true`,
    ...[7, 100_000, 1_000_000].map((size) => `${version} ${size} ${protocol} 403 resumed: true`),
  ]);
}

test(
  'Go is served over HTTP/1.1 and HTTP/2 with every kind of key, anew and resumed, and refused with the answer',
  OPTIONS,
  async (t) => {
    const go = new GoClient();
    for (const type of KEYS) {
      const usual = makeCredentials();
      const key = generateKey(type);
      const credentials = {
        ...usual,
        // No gateway signs with Ed25519: it is the key of clients and of their CAs.
        server:
          type === 'ed25519'
            ? usual.server
            : issueServer(usual.authority, 'localhost', undefined, { key }),
        client: issueClient(usual.authority, 'test client', { key: generateKey(type) }),
      };
      const gateway = await startGateway({
        credentials,
        config: (given) => configOf(false, given),
      });
      t.teardown(() => gateway.stop());
      const said = await go.run(gateway.port, usual.authority, [credentials.client]);
      t.strictSame(said, VERSIONS.flatMap(expectedIn), type);
    }
  },
);

test('Go chooses the certificate of the announced authority among two', OPTIONS, async (t) => {
  const go = new GoClient();
  const credentials = makeCredentials();
  const other = issueClient(createAuthority('another CA'), 'another client');
  for (const announced of [true, false]) {
    const gateway = await startGateway({
      credentials,
      config: (given) => configOf(announced, given),
    });
    t.teardown(() => gateway.stop());
    const said = await go.run(gateway.port, credentials.authority, [other, credentials.client]);
    if (announced) t.strictSame(said, VERSIONS.flatMap(expectedIn));
    else t.notMatch(said.join('\n'), / 200 /, 'the first, without the announcement');
  }
});
