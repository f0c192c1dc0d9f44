import { connect, type TLSSocket } from 'node:tls';
import { test } from 'tap';

import { VERSIONS } from '../support/front.js';
import { type Config, type Credentials, startGateway, usualConfig } from '../support/gateway.js';

interface Offer {
  readonly port: number;
  readonly credentials: Credentials;
  readonly version: (typeof VERSIONS)[number];
  readonly protocols?: readonly string[];
}

/** agree resolves with the protocol that was agreed on, or the code of the error. */
function agree({
  port,
  credentials,
  version,
  protocols,
}: Offer): Promise<string | false | undefined> {
  const { authority, client } = credentials;
  return new Promise((resolve) => {
    const tls: TLSSocket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: authority.pem,
      cert: client.pem,
      key: client.keyPem,
      minVersion: version,
      maxVersion: version,
      ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
    });
    tls.once('secureConnect', () => {
      resolve(tls.alpnProtocol ?? undefined);
      tls.destroy();
    });
    tls.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

const withProtocols =
  (protocols?: readonly string[]) =>
  (credentials: Credentials): Config => {
    const usual = usualConfig(credentials);
    const { edge } = usual.listeners as { readonly edge: Config };
    return {
      ...usual,
      listeners: { edge: { ...edge, ...(protocols === undefined ? {} : { protocols }) } },
    };
  };

const REFUSED = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';

test('the listener says what is spoken, and in which order', async (t) => {
  const cases: readonly [
    configured: readonly string[] | undefined,
    offers: readonly (readonly [readonly string[] | undefined, unknown])[],
  ][] = [
    [
      undefined,
      [
        [['http/1.1', 'h2'], 'h2'],
        [['http/1.1'], 'http/1.1'],
        [['h3'], REFUSED],
        [undefined, false],
      ],
    ],
    [
      ['http/1.1', 'h2'],
      [
        [['h2', 'http/1.1'], 'http/1.1'],
        [['h2'], 'h2'],
      ],
    ],
    [
      ['http/1.1'],
      [
        [['h2'], REFUSED],
        [['h2', 'http/1.1'], 'http/1.1'],
      ],
    ],
    [
      ['h2'],
      [
        [['h2'], 'h2'],
        [['http/1.1'], REFUSED],
      ],
    ],
  ];
  for (const [configured, offers] of cases) {
    const gateway = await startGateway({ config: withProtocols(configured) });
    const { port, credentials } = gateway;
    for (const version of VERSIONS) {
      for (const [protocols, agreed] of offers) {
        const offer = {
          port,
          credentials,
          version,
          ...(protocols === undefined ? {} : { protocols }),
        };
        t.equal(await agree(offer), agreed, `${version}: ${configured} for ${protocols}`);
      }
    }
    await gateway.stop();
  }
});
