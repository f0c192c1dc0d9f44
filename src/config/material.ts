/**
 * Owns the look at the files that a configuration names: the fingerprints in certificate files, and whether the others are
 * there. I/O. A file that cannot be used is recorded, not thrown. Secret files are never opened here: they are looked up by
 * name only.
 */
import { type BigIntStats, constants, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { EngineError } from '../engine/engine-error.js';
import {
  type CertificatePlace,
  inspectAnchors,
  inspectCertificates,
  inspectSent,
} from '../engine/native.js';
import { bad, good, type Parsed } from '../parsed.js';
import { eachCertificate } from '../pins/certificate-file.js';
import type { ConfigParts, FileAt, OwnCertificateConfig, SecretFile } from './config.js';
import {
  readPublicCertificates,
  requirePublic,
  type Secrets,
  secretsAmong,
} from './public-file.js';

/** Material is what was found, by absolute path. */
export interface Material {
  /** The SHA-256 (lower-case hex) of each certificate in a file, in order. */
  readonly certificates: ReadonlyMap<string, Parsed<readonly string[]>>;
  /** Whether a revocation list, or folder of them, is there. */
  readonly lists: ReadonlyMap<string, Parsed<undefined>>;
  /** Whether a secret file is there. */
  readonly secrets: ReadonlyMap<string, Parsed<undefined>>;
}

/** LARGEST_PUBLIC is what a file with certificates may have, in bytes. */
export const LARGEST_PUBLIC = 64 * 2 ** 20;

/** NO_DESCRIPTOR is the problem of a file that cannot be opened for now. */
export const NO_DESCRIPTOR = 'a file for which no file descriptor is left';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file: a folder of its path is a file',
  EACCES: 'a file that this user may not read',
  EPERM: 'a file that this user may not read',
  ELOOP: 'a dangling symbolic link',
  EISDIR: 'a folder',
  EMFILE: NO_DESCRIPTOR,
  ENFILE: NO_DESCRIPTOR,
  NOT_REGULAR: 'a file that is not a regular file',
  TOO_LARGE: `a file of more than ${LARGEST_PUBLIC} bytes`,
  SECRET: 'a secret file of this configuration, whose content only the data plane reads',
  HOLDS_KEY: 'a private key in it: move the key to a file of its own with mode 0600',
};

/** fileProblem words a failed system call on a file. */
export function fileProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? `a file that cannot be read (${code ?? message})`;
}

async function attempt<T>(what: string, look: () => Promise<Parsed<T>>): Promise<Parsed<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof EngineError) throw error; // of this machine, not of the file
    return bad(fileProblem(error), what);
  }
}

type Inspect = (bytes: Buffer) => readonly { readonly sha256: string }[];

/** sha256Of reads one certificate, as the data plane will with `inspect`; undefined when it is none. */
export function sha256Of(
  bytes: Buffer,
  inspect: Inspect = inspectCertificates,
): string | undefined {
  try {
    return inspect(bytes)[0]?.sha256;
  } catch (error) {
    if (error instanceof EngineError && error.source !== 'engine') return undefined;
    throw error;
  }
}

async function readCertificates(
  path: string,
  place: CertificatePlace,
  secrets: Secrets,
  inspectorOf: (index: number) => Inspect,
): Promise<Parsed<readonly string[]>> {
  const what = 'a readable file with certificates';
  return attempt(what, async () => {
    const file = await readPublicCertificates(path, place, secrets, LARGEST_PUBLIC);
    const parsed = eachCertificate(file, (one, index) => sha256Of(one, inspectorOf(index)));
    return parsed.ok ? good(Object.freeze(parsed.value)) : parsed;
  });
}

// The first is the gateway's own; the rest of its chain is only sent.
const readOwn = (path: string, secrets: Secrets) =>
  readCertificates(path, 'own', secrets, (index) =>
    index === 0 ? inspectCertificates : inspectSent,
  );
// A certificate that cannot be an anchor is told of when the bundle is built, and spoils nothing before.
const readAuthorities = (path: string, secrets: Secrets) =>
  readCertificates(path, 'authorities', secrets, () => inspectAnchors);

function assertRegular(stats: Stats | BigIntStats): void {
  if (stats.isFile()) return;
  throw Object.assign(new Error(), { code: stats.isDirectory() ? 'EISDIR' : 'NOT_REGULAR' });
}

const lookForSecret = (path: string): Promise<Parsed<undefined>> =>
  attempt('a file with the private key', async () => {
    assertRegular(await stat(path));
    return good(undefined);
  });

const lookForList = (path: string, secrets: Secrets): Promise<Parsed<undefined>> =>
  attempt('a readable file, or a folder of them', async () => {
    const stats = await stat(path, { bigint: true });
    if (!stats.isDirectory()) assertRegular(stats);
    requirePublic(path, stats, secrets);
    await access(path, constants.R_OK);
    return good(undefined);
  });

async function lookAtAll<T>(
  paths: readonly string[],
  look: (path: string) => Promise<T>,
): Promise<[string, T][]> {
  const found: [string, T][] = [];
  // One after the other: each takes a file descriptor, of which few may be left.
  for (const path of new Set(paths)) found.push([path, await look(path)]);
  return found;
}

/** ownCertificates lists the certificates of the gateway: to clients, and to upstreams. */
export function ownCertificates({
  listeners,
  upstreams,
}: Pick<ConfigParts, 'listeners' | 'upstreams'>): readonly OwnCertificateConfig[] {
  return [
    ...listeners.flatMap(({ certificates }) => certificates),
    ...upstreams.flatMap(({ tls }) => tls?.certificate ?? []),
  ];
}

/** secretFiles lists the secret files that these entries name; one that is named twice stands there twice. */
export const secretFiles = (parts: ConfigParts): readonly SecretFile[] =>
  ownCertificates(parts).map(({ key }) => key);

/** namedFiles lists where every file, and folder of lists, is that these entries name, secret or not, to look at from outside. */
export function namedFiles(parts: ConfigParts): readonly FileAt[] {
  const { trust } = parts;
  const placeOf = ({ secret: path, at }: SecretFile): FileAt => ({ path, at });
  return [
    ...trust.flatMap(({ ca }) => ca),
    ...trust.flatMap(({ revocation }) => revocation?.files ?? []),
    ...ownCertificates(parts).flatMap(({ cert, key }) => [cert, placeOf(key)]),
  ];
}

/** Locate says where a file is read that the configuration names by a path. Secret files have no other place. */
export type Locate = (file: {
  readonly path: string;
  readonly kind: 'certificates' | 'lists';
}) => string;

/** IN_PLACE: every file is where its path says. */
export const IN_PLACE: Locate = ({ path }) => path;

/** loadMaterial looks at every file that these entries name. It does not throw for what it finds. */
export async function loadMaterial(parts: ConfigParts, locate: Locate): Promise<Material> {
  const { trust } = parts;
  const secret = secretFiles(parts).map((file) => file.secret);
  const secrets = await secretsAmong(secret);
  const pathsOf = (files: readonly FileAt[]) => files.map(({ path }) => path);
  const at =
    <T>(kind: 'certificates' | 'lists', look: (path: string, secrets: Secrets) => T) =>
    (path: string): T =>
      look(locate({ path, kind }), secrets);
  const authorities = pathsOf(trust.flatMap(({ ca }) => ca));
  const own = pathsOf(ownCertificates(parts).map(({ cert }) => cert));
  const lists = pathsOf(trust.flatMap(({ revocation }) => revocation?.files ?? []));
  return Object.freeze({
    certificates: new Map([
      ...(await lookAtAll(authorities, at('certificates', readAuthorities))),
      ...(await lookAtAll(own, at('certificates', readOwn))),
    ]),
    lists: new Map(await lookAtAll(lists, at('lists', lookForList))),
    secrets: new Map(await lookAtAll(secret, lookForSecret)),
  });
}
