/**
 * Owns a site with two clients, of which one can be revoked: by a list that is replaced as operators do it, and noticed
 * without a signal.
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
  /** revoke replaces the list; it resolves with the line of the first connection or tunnel that was cut for it, and how soon. */
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

/** SiteOptions are what the configuration of a site must have: the list, and both clients ("client" and "leaver"). */
export interface SiteOptions {
  readonly allow: readonly string[];
  readonly crl: Config;
  /** Clients besides the usual one. */
  readonly clients: Config;
}

const isCut = ({ event, type, code }: LogLine): boolean =>
  code === 'certificate-revoked' && (event === 'connection-closed' || type === 'access');

/** startRevocableSite starts a gateway with what `configOf` makes of the options. */
export async function startRevocableSite(
  configOf: (credentials: Credentials, options: SiteOptions) => Config,
): Promise<RevocableSite> {
  const credentials = makeCredentials();
  const { client: stayer, authority } = credentials;
  const leaver = issueClient(authority, 'leaver');
  const gateway = await startGateway({
    credentials,
    config: (_credentials, folder) => {
      writeList(folder, credentials, []);
      for (const [name, { pem, keyPem }] of Object.entries({ leaver, stayer })) {
        writeFileSync(join(folder, `${name}.crt`), pem);
        writeFileSync(join(folder, `${name}.key`), keyPem, { mode: 0o600 });
      }
      const config = configOf(credentials, {
        allow: ['client', 'leaver'],
        crl: { files: ['ca.crl'] },
        clients: { leaver: { pins: [`sha256:${leaver.sha256}`] } },
      });
      return { ...config, drainTimeout: '50ms' };
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
      const line = await log.find(isCut);
      return { line, milliseconds: line.time - since };
    },
  };
}

/** startRevocableService has one TCP route to `to`, for both clients. */
export function startRevocableService(
  route: Pick<TcpRoute, 'to' | 'more'>,
  listener: Config = {},
): Promise<RevocableSite> {
  return startRevocableSite((credentials, { allow, crl, clients }) =>
    tcpConfig(credentials, {
      routes: [{ ...route, serverName: 'localhost', allow }],
      trust: { crl },
      clients,
      listener,
    }),
  );
}
