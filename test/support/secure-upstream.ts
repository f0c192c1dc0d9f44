/**
 * Owns a service behind TLS, in front of which a gateway under test stands: who it says it is, and whom it saw.
 */
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PeerCertificate, SecureVersion, TLSSocket } from 'node:tls';

import type { IssuedCertificate } from './certificates.js';

export interface SecureUpstream {
  readonly port: number;
  /** The name and certificate that each connection came with. */
  readonly seen: readonly Seen[];
  /** How many requests came. */
  requests(): number;
  /** Whom it is from now on. */
  become(certificate: IssuedCertificate): void;
  close(): Promise<void>;
}

export interface Seen {
  readonly serverName: string | false;
  readonly version: string | null;
  readonly client: string | undefined;
}

export interface SecureOptions {
  readonly certificate: IssuedCertificate;
  readonly version?: SecureVersion;
  /** Clients must have a certificate of this authority. */
  readonly clientAuthority?: IssuedCertificate;
  /** It asks for a client's certificate and does not judge it: its clock is not that of the gateway. */
  readonly isLenient?: boolean;
}

const serverOptions = ({
  certificate,
  version,
  clientAuthority,
  isLenient = false,
}: SecureOptions): ServerOptions => ({
  cert: certificate.pem,
  key: certificate.keyPem,
  ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
  ...(clientAuthority === undefined
    ? {}
    : { requestCert: true, rejectUnauthorized: !isLenient, ca: clientAuthority.pem }),
});

/** startSecureUpstream listens on a free port of 127.0.0.1 and answers every request with "ok". */
export async function startSecureUpstream(options: SecureOptions): Promise<SecureUpstream> {
  const seen: Seen[] = [];
  let requests = 0;
  const server = createServer(serverOptions(options), (request, response) => {
    ++requests;
    request.resume();
    request.on('end', () => response.end('ok\n'));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    const { subject }: Partial<PeerCertificate> = socket.getPeerCertificate();
    const serverName = (socket as TLSSocket & { readonly servername: string | false }).servername;
    seen.push({
      serverName,
      version: socket.getProtocol(),
      client: subject === undefined ? undefined : String(subject.CN),
    });
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    seen,
    requests: () => requests,
    become: (certificate) => server.setSecureContext(serverOptions({ ...options, certificate })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
