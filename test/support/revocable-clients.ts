/**
 * Owns a site with two clients on one TCP listener, of which one can be revoked: by a list that is replaced as operators
 * do it, and noticed without a signal.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IssuedCertificate, issueClient } from './certificates.js';
import type { LogLine } from './child-output.js';
import {
  type Config,
  type Credentials,
  makeCredentials,
  startGateway,
  type TestGateway,
} from './gateway.js';
import { issueRevocationList } from './revocation-lists.js';
import { type TcpRoute, tcpConfig } from './tcp-gateway.js';

export interface RevocableSite {
  readonly gateway: TestGateway;
  readonly leaver: IssuedCertificate;
  readonly stayer: IssuedCertificate;
  /** files are the paths of a client's certificate and key, and of the authority: for programs. */
  files(client: 'leaver' | 'stayer'): {
    readonly cert: string;
    readonly key: string;
    readonly ca: string;
  };
  /** revoke replaces the list; it resolves with the line of the first connection that was closed for it, and how soon. */
  revoke(): Promise<{ readonly line: LogLine; readonly milliseconds: number }>;
}

function writeList(folder: string, { authority }: Credentials, serials: readonly bigint[]): void {
  const { pem } = issueRevocationList({
    issuer: authority,
    number: BigInt(serials.length + 1),
    revoked: serials.map((serial) => ({ serial })),
  });
  writeFileSync(join(folder, 'next.crl'), pem);
  renameSync(join(folder, 'next.crl'), join(folder, 'ca.crl'));
}

/** startRevocableSite has one route to `to`, for both clients. */
export async function startRevocableSite(
  route: Pick<TcpRoute, 'to' | 'more'>,
  listener: Config = {},
): Promise<RevocableSite> {
  const credentials = makeCredentials();
  const { client: stayer, authority } = credentials;
  const leaver = issueClient(authority, 'leaver');
  const clients = { leaver, stayer };
  const gateway = await startGateway({
    credentials,
    config: (_credentials, folder) => {
      writeList(folder, credentials, []);
      for (const [name, { pem, keyPem }] of Object.entries(clients)) {
        writeFileSync(join(folder, `${name}.crt`), pem);
        writeFileSync(join(folder, `${name}.key`), keyPem, { mode: 0o600 });
      }
      return {
        ...tcpConfig(credentials, {
          routes: [{ ...route, serverName: 'localhost', allow: ['client', 'leaver'] }],
          trust: { crl: { files: ['ca.crl'] } },
          clients: { leaver: { pins: [`sha256:${leaver.sha256}`] } },
          listener,
        }),
        drainTimeout: '50ms',
      };
    },
  });
  const { folder, log } = gateway;
  return {
    ...{ gateway, leaver, stayer },
    files: (client) => ({
      cert: join(folder, `${client}.crt`),
      key: join(folder, `${client}.key`),
      ca: join(folder, 'ca.crt'),
    }),
    revoke: async () => {
      const since = Date.now();
      writeList(folder, credentials, [leaver.serial]);
      const line = await log.find(({ event }) => event === 'connection-closed');
      return { line, milliseconds: line.time - since };
    },
  };
}
