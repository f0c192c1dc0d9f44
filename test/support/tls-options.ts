/**
 * Owns what a client of a gateway under test says in its handshake, as Node's options. Opens nothing.
 */
import type { ConnectionOptions, SecureVersion } from 'node:tls';
import type { IssuedCertificate } from './certificates.js';

export interface TlsCall {
  /** What signed the server's certificate. */
  readonly authority: IssuedCertificate;
  /** Left out: no client certificate. */
  readonly client?: Pick<IssuedCertificate, 'pem' | 'keyPem'>;
  readonly version?: SecureVersion;
  /** The TLS server name; left out: localhost. */
  readonly servername?: string;
  /** In OpenSSL's notation; left out: all that OpenSSL knows. */
  readonly signatureAlgorithms?: string;
  /** In OpenSSL's notation; left out: Node's own choice. */
  readonly ciphers?: string;
  /** The server's certificate is not looked at. */
  readonly trusting?: boolean;
  /** A session to come back by, of RawClient.ticket. */
  readonly session?: Buffer;
}

/** tlsOptionsOf are the options for such a handshake. */
export function tlsOptionsOf({ authority, client, version, ...more }: TlsCall): ConnectionOptions {
  const { servername = 'localhost', signatureAlgorithms, ciphers, session, trusting } = more;
  return {
    servername,
    ca: authority.pem,
    ...(client === undefined ? {} : { cert: client.pem, key: client.keyPem }),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(signatureAlgorithms === undefined ? {} : { sigalgs: signatureAlgorithms }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(session === undefined ? {} : { session }),
    ...(trusting ? { rejectUnauthorized: false } : {}),
  };
}
