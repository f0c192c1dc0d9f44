/**
 * Owns the certificates of one run, made anew, written to the run's own directory: P-256 throughout, but for a second
 * server key and the CAs that strangers name.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../support/certificates.js';
import { falseChain } from '../support/false-chain.js';
import { generateKey, type KeyType } from '../support/keys.js';

export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** SERVER_KEYS are the kinds of key that a server may be given. */
export const SERVER_KEYS = ['ecdsa', 'rsa'] as const;
export type ServerKey = (typeof SERVER_KEYS)[number];

/** CURVES are those of the CAs that strangers name. */
export const CURVES = ['p256', 'p384', 'p521'] as const satisfies readonly KeyType[];
export type Curve = (typeof CURVES)[number];

/** As many certificates beside the leaf as the gateway looks at. */
const FALSE_INTERMEDIATES = 39;

const KEY_TYPES: Readonly<Record<ServerKey, KeyType>> = { ecdsa: 'p256', rsa: 'rsa2048' };

export interface ServerFiles extends KeyPairFiles {
  /** Certificate and key in one file. */
  readonly combined: string;
}

/** Strangers name a CA that has not signed them. */
export interface Strangers {
  readonly leaf: KeyPairFiles;
  /** A leaf, and intermediates of which each could be its issuer and names the CA as its own. */
  readonly chain: KeyPairFiles;
}

export interface Pki {
  /** The one CA: clients trust it for the server, servers for clients. */
  readonly ca: string;
  /** That one and those that strangers name. */
  readonly moreAuthorities: string;
  readonly strangers: Readonly<Record<Curve, Strangers>>;
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

function writeStrangers(folder: string, authority: IssuedCertificate, curve: Curve): Strangers {
  return {
    leaf: writePair(folder, `stranger-${curve}`, falseChain(authority, 0)),
    chain: writePair(folder, `strangers-${curve}`, falseChain(authority, FALSE_INTERMEDIATES)),
  };
}

/** createPki issues and writes everything into a new folder of `directory`. */
export function createPki(directory: string): Pki {
  const folder = join(directory, 'pki');
  mkdirSync(folder);
  const authority = createAuthority('pinlatch bench CA');
  const client = issueClient(authority, 'bench client');
  const named = Object.fromEntries(
    CURVES.map((curve) => [curve, createAuthority(curve, { key: generateKey(curve) })]),
  ) as Readonly<Record<Curve, IssuedCertificate>>;
  const strangersOf = (curve: Curve) => writeStrangers(folder, named[curve], curve);
  const stranger = issueClient(createAuthority('another CA'), 'stranger');
  return Object.freeze({
    ca: write(join(folder, 'ca.crt'), authority.pem),
    moreAuthorities: write(
      join(folder, 'more-authorities.crt'),
      authority.pem + CURVES.map((curve) => named[curve].pem).join(''),
    ),
    strangers: {
      p256: strangersOf('p256'),
      p384: strangersOf('p384'),
      p521: strangersOf('p521'),
    },
    servers: {
      ecdsa: writeServer(folder, authority, 'ecdsa'),
      rsa: writeServer(folder, authority, 'rsa'),
    },
    client: { ...writePair(folder, 'client', client), sha256: client.sha256 },
    stranger: writePair(folder, 'stranger', stranger),
  });
}
