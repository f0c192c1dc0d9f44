/**
 * Owns the certificates of one run: P-256 throughout, made anew, written to the run's own directory.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';

export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface Pki {
  /** The one CA: clients trust it for the server, servers for clients. */
  readonly ca: string;
  readonly server: KeyPairFiles & { readonly combined: string };
  readonly client: KeyPairFiles & { readonly sha256: string };
  /** A client certificate of a CA that no server trusts. */
  readonly stranger: KeyPairFiles;
}

function write(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function writePair(directory: string, name: string, issued: IssuedCertificate): KeyPairFiles {
  return {
    certificate: write(join(directory, `${name}.crt`), issued.pem),
    key: write(join(directory, `${name}.key`), issued.keyPem),
  };
}

/** createPki issues and writes everything into a new folder of `directory`. */
export function createPki(directory: string): Pki {
  const folder = join(directory, 'pki');
  mkdirSync(folder);
  const authority = createAuthority('pinlatch bench CA');
  const server = issueServer(authority);
  const client = issueClient(authority, 'bench client');
  const stranger = issueClient(createAuthority('another CA'), 'stranger');
  return Object.freeze({
    ca: write(join(folder, 'ca.crt'), authority.pem),
    server: {
      ...writePair(folder, 'server', server),
      combined: write(join(folder, 'server.pem'), server.pem + server.keyPem),
    },
    client: { ...writePair(folder, 'client', client), sha256: client.sha256 },
    stranger: writePair(folder, 'stranger', stranger),
  });
}
