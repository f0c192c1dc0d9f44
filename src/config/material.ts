/**
 * Owns the look at the files that a configuration names: the fingerprints in certificate files, and whether the others are
 * there. I/O. A file that cannot be used is recorded, not thrown. Private keys are never opened here: they are looked up
 * by name only.
 */
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { EngineError } from '../engine/engine-error.js';
import { inspectAnchors, inspectCertificates, inspectSent } from '../engine/native.js';
import { bad, good, type Parsed } from '../parsed.js';
import { parseCertificates } from '../pins/certificate-file.js';
import type { ConfigParts, FileAt, OwnCertificateConfig } from './config.js';

/** Material is what was found, by absolute path. */
export interface Material {
  /** The SHA-256 (lower-case hex) of each certificate in a file, in order. */
  readonly certificates: ReadonlyMap<string, Parsed<readonly string[]>>;
  /** Whether a revocation list (or folder of them) or a key file is there. */
  readonly others: ReadonlyMap<string, Parsed<undefined>>;
}

const LARGEST = 64 * 2 ** 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file: a folder of its path is a file',
  EACCES: 'a file that this user may not read',
  EPERM: 'a file that this user may not read',
  ELOOP: 'a symbolic link that leads nowhere',
  EISDIR: 'a folder',
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
  inspectorOf: (index: number) => Inspect,
): Promise<Parsed<readonly string[]>> {
  const what = 'a readable file with certificates';
  return attempt(what, async () => {
    const { size } = await stat(path).then(assertRegular);
    if (size > LARGEST) return bad(`a file of ${size} bytes`, `at most ${LARGEST} bytes`);
    const bytes = await readFile(path);
    const parsed = parseCertificates(bytes, (one, index) => sha256Of(one, inspectorOf(index)));
    // Should a key be in there (which is refused), it does not outlive this function.
    bytes.fill(0);
    return parsed.ok ? good(Object.freeze(parsed.value)) : parsed;
  });
}

// The first is the gateway's own; the rest of its chain is only sent.
const readOwn = (path: string) =>
  readCertificates(path, (index) => (index === 0 ? inspectCertificates : inspectSent));
// A certificate that cannot be an anchor is told of when the bundle is built, and spoils nothing before.
const readAuthorities = (path: string) => readCertificates(path, () => inspectAnchors);

// Reading a pipe could wait for ever, and a device has no end.
function assertRegular<S extends { isFile(): boolean; isDirectory(): boolean }>(stats: S): S {
  if (stats.isFile()) return stats;
  throw Object.assign(new Error(), { code: stats.isDirectory() ? 'EISDIR' : 'not a regular file' });
}

const lookForKey = (path: string): Promise<Parsed<undefined>> =>
  attempt('a file with the private key', async () => {
    assertRegular(await stat(path));
    return good(undefined);
  });

const lookForList = (path: string): Promise<Parsed<undefined>> =>
  attempt('a readable file, or a folder of them', async () => {
    const stats = await stat(path);
    if (!stats.isDirectory()) assertRegular(stats);
    await access(path, constants.R_OK);
    return good(undefined);
  });

async function lookAtAll<T>(
  files: readonly { readonly path: string }[],
  look: (path: string) => Promise<T>,
): Promise<[string, T][]> {
  const paths = [...new Set(files.map(({ path }) => path))];
  return Promise.all(paths.map(async (path): Promise<[string, T]> => [path, await look(path)]));
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

/** namedFiles lists every file, and folder of lists, that these entries name; one that is named twice stands there twice. */
export function namedFiles(parts: ConfigParts): readonly FileAt[] {
  const { trust } = parts;
  return [
    ...trust.flatMap(({ ca }) => ca),
    ...trust.flatMap(({ revocation }) => revocation?.files ?? []),
    ...ownCertificates(parts).flatMap(({ cert, key }) => [cert, key]),
  ];
}

/** Locate says where a file is read that the configuration names by a path. Keys have no other place. */
export type Locate = (file: {
  readonly path: string;
  readonly kind: 'certificates' | 'lists';
}) => string;

/** IN_PLACE: every file is where its path says. */
export const IN_PLACE: Locate = ({ path }) => path;

/** loadMaterial looks at every file that these entries name. It does not throw for what it finds. */
export async function loadMaterial(parts: ConfigParts, locate: Locate): Promise<Material> {
  const { trust } = parts;
  const fromCertificates =
    <T>(read: (path: string) => T) =>
    (path: string): T =>
      read(locate({ path, kind: 'certificates' }));
  const pairs = ownCertificates(parts);
  const authorities = trust.flatMap(({ ca }) => ca);
  const own = pairs.map(({ cert }) => cert);
  const lists = trust.flatMap(({ revocation }) => revocation?.files ?? []);
  return Object.freeze({
    certificates: new Map([
      ...(await lookAtAll(authorities, fromCertificates(readAuthorities))),
      ...(await lookAtAll(own, fromCertificates(readOwn))),
    ]),
    others: new Map([
      ...(await lookAtAll(lists, (path) => lookForList(locate({ path, kind: 'lists' })))),
      ...(await lookAtAll(
        pairs.map(({ key }) => key),
        lookForKey,
      )),
    ]),
  });
}
