/**
 * Owns the certificates of one run, made anew, written to the run's own directory: P-256 throughout, but for a second
 * server key.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { generateKey, type KeyType } from '../support/keys.js';

export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** SERVER_KEYS are the kinds of key that a server may be given. */
export const SERVER_KEYS = ['ecdsa', 'rsa'] as const;
export type ServerKey = (typeof SERVER_KEYS)[number];

const KEY_TYPES: Readonly<Record<ServerKey, KeyType>> = { ecdsa: 'p256', rsa: 'rsa2048' };

export interface ServerFiles extends KeyPairFiles {
  /** Certificate and key in one file. */
  readonly combined: string;
}

export interface Pki {
  /** The one CA: clients trust it for the server, servers for clients. */
  readonly ca: string;
  readonly servers: Readonly<Record<ServerKey, ServerFiles>>;
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

function writeServer(folder: string, authority: IssuedCertificate, kind: ServerKey): ServerFiles {
  const key = generateKey(KEY_TYPES[kind]);
  const server = issueServer(authority, 'localhost', undefined, { key });
  return {
    ...writePair(folder, `server-${kind}`, server),
    combined: write(join(folder, `server-${kind}.pem`), server.pem + server.keyPem),
  };
}

/** createPki issues and writes everything into a new folder of `directory`. */
export function createPki(directory: string): Pki {
  const folder = join(directory, 'pki');
  mkdirSync(folder);
  const authority = createAuthority('pinlatch bench CA');
  const client = issueClient(authority, 'bench client');
  const stranger = issueClient(createAuthority('another CA'), 'stranger');
  return Object.freeze({
    ca: write(join(folder, 'ca.crt'), authority.pem),
    servers: {
      ecdsa: writeServer(folder, authority, 'ecdsa'),
      rsa: writeServer(folder, authority, 'rsa'),
    },
    client: { ...writePair(folder, 'client', client), sha256: client.sha256 },
    stranger: writePair(folder, 'stranger', stranger),
  });
}
