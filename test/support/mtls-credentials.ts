/**
 * Owns the certificates of the mTLS matrix: for one kind of key an authority with an intermediate, a server, and one client
 * certificate for each way of being right or wrong. Every client certificate is one that a configuration may pin: what
 * refuses it is then the chain alone.
 */
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
  type Variation,
} from './certificates.js';
import { generateKey, type KeyPair, type KeyType } from './keys.js';
import { issueRevocationList } from './revocation-lists.js';

const HOUR_MS = 60 * 60 * 1000;

/** Holder is who comes: by the certificate that they have. */
export type Holder =
  | 'pinned'
  | 'not pinned'
  | 'of an unknown CA'
  | 'of an unknown CA with the name of ours'
  | 'pinned, without the intermediate'
  | 'expired'
  | 'not yet valid'
  | 'revoked'
  | 'of an expired intermediate'
  | 'of a revoked intermediate'
  | 'a server';

/** MatrixCredentials are of one kind of key throughout. `pem` of a leaf is its chain, leaf first, as it is presented. */
export interface MatrixCredentials {
  readonly keys: KeyType;
  readonly root: IssuedCertificate;
  readonly server: IssuedCertificate;
  readonly holders: Readonly<Record<Holder, IssuedCertificate>>;
  /** PEM, a list for every authority below `root` and one of its own. */
  readonly revocationLists: string;
}

const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);

function chained(leaf: IssuedCertificate, intermediate: IssuedCertificate): IssuedCertificate {
  return Object.freeze({ ...leaf, pem: `${leaf.pem}${intermediate.pem}` });
}

// The keys are shared where two certificates of one key change nothing: making one for RSA takes long.
interface Keys {
  readonly root: KeyPair;
  readonly intermediate: KeyPair;
  readonly stranger: KeyPair;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

function makeKeys(type: KeyType): Keys {
  const make = (): KeyPair => generateKey(type);
  return { root: make(), intermediate: make(), stranger: make(), server: make(), client: make() };
}

function authorities(keys: Keys) {
  const name = (what: string): string => `${what} (${keys.root.type})`;
  const root = createAuthority(name('matrix root'), { key: keys.root });
  const below = (what: string, variation: Variation = {}): IssuedCertificate =>
    createAuthority(name(what), { issuer: root, key: keys.intermediate, ...variation });
  const good = below('matrix intermediate');
  const expired = below('expired intermediate', { notAfter: hoursFromNow(-1) });
  const revoked = below('revoked intermediate');
  const unknown = createAuthority(name('stranger'), { key: keys.stranger });
  const namesake = createAuthority(good.subject, { key: keys.stranger });
  return { root, good, expired, revoked, unknown, namesake };
}

/** makeMatrixCredentials makes a new set. With RSA it takes seconds: make one a test file. */
export function makeMatrixCredentials(type: KeyType): MatrixCredentials {
  const keys = makeKeys(type);
  const { root, good, expired, revoked, unknown, namesake } = authorities(keys);
  const client = (issuer: IssuedCertificate, name: string, variation: Variation = {}) =>
    chained(issueClient(issuer, `${name} (${type})`, { key: keys.client, ...variation }), issuer);
  const serverOf = (key: KeyPair) =>
    chained(issueServer(good, undefined, undefined, { key }), good);
  const pinned = issueClient(good, `pinned (${type})`, { key: keys.client });
  const revokedLeaf = client(good, 'revoked');
  const holders: Record<Holder, IssuedCertificate> = {
    pinned: chained(pinned, good),
    // Its key is the pinned one's: a certificate pin is a pin of the certificate.
    'not pinned': client(good, 'not pinned'),
    'of an unknown CA': client(unknown, 'pinned'),
    'of an unknown CA with the name of ours': client(namesake, 'pinned'),
    'pinned, without the intermediate': pinned,
    expired: client(good, 'expired', { notAfter: hoursFromNow(-1) }),
    'not yet valid': client(good, 'early', { notBefore: hoursFromNow(1) }),
    revoked: revokedLeaf,
    'of an expired intermediate': client(expired, 'pinned'),
    'of a revoked intermediate': client(revoked, 'pinned'),
    'a server': serverOf(keys.client),
  };
  const lists = [
    issueRevocationList({ issuer: root, revoked: [{ serial: revoked.serial }] }),
    issueRevocationList({ issuer: good, revoked: [{ serial: revokedLeaf.serial }] }),
    issueRevocationList({ issuer: expired }),
    issueRevocationList({ issuer: revoked }),
  ];
  return Object.freeze({
    keys: type,
    root,
    server: serverOf(keys.server),
    holders: Object.freeze(holders),
    revocationLists: lists.map(({ pem }) => pem).join(''),
  });
}
