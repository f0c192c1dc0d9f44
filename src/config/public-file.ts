/**
 * Owns the reading of files that a configuration names and that are no secrets. Nothing else reads such a file on this side. A secret
 * is known by what the kernel knows it by: no other path, link or entry of a folder leads to its content. What may hold a certificate
 * and its key is read by the engine, which gives the certificate out.
 */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import {
  type CertificateFile,
  type CertificatePlace,
  publicPartOf,
  readCertificateFile,
} from '../engine/native.js';

/** Secrets is which files are secret. */
export type Secrets = ReadonlySet<string>;

interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

const identityOf = ({ dev, ino }: Identity): string => `${dev} ${ino}`;

/** secretsAmong looks at secret files, without opening them. One that is not there is none that could be read. */
export async function secretsAmong(paths: readonly string[]): Promise<Secrets> {
  const found = await Promise.all(
    [...new Set(paths)].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return new Set(found.flatMap((stats) => (stats === undefined ? [] : identityOf(stats))));
}

const unusable = (path: string, code: string): Error =>
  Object.assign(new Error(`${path} is not to be read: ${code}`), { code, path });

/** requirePublic throws, with the code SECRET, where a file is secret. */
export function requirePublic(path: string, stats: Identity, secrets: Secrets): void {
  if (secrets.has(identityOf(stats))) throw unusable(path, 'SECRET');
}

// withRegular opens a regular file of at most `most` bytes. Errors: as open(2); the codes NOT_REGULAR, TOO_LARGE.
async function withRegular<T>(
  path: string,
  most: number,
  use: (file: FileHandle, stats: BigIntStats) => T | Promise<T>,
): Promise<T> {
  // Opening a pipe must not wait for a writer, reading one could wait for ever, and a device has no end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = await file.stat({ bigint: true });
    if (stats.isDirectory()) throw unusable(path, 'EISDIR');
    if (!stats.isFile()) throw unusable(path, 'NOT_REGULAR');
    if (stats.size > BigInt(most)) throw unusable(path, 'TOO_LARGE');
    return await use(file, stats);
  } finally {
    await file.close();
  }
}

/** readPublic reads a regular file of at most `most` bytes. Errors: as open(2); the codes SECRET, NOT_REGULAR, TOO_LARGE. */
export const readPublic = (path: string, secrets: Secrets, most: number): Promise<Buffer> =>
  withRegular(path, most, (file, stats) => {
    requirePublic(path, stats, secrets);
    return file.readFile();
  });

/**
 * readPublicCertificates has the engine cut a file for certificates of at most `most` bytes. A secret file gets through where it may
 * hold certificates as well: as the gateway's own. Errors: as readPublic.
 */
export const readPublicCertificates = (
  path: string,
  place: CertificatePlace,
  secrets: Secrets,
  most: number,
): Promise<CertificateFile> =>
  withRegular(path, most, ({ fd }, stats) => {
    if (place !== 'own') requirePublic(path, stats, secrets);
    const read = readCertificateFile(fd, place, path);
    // What no format tells of is told of as the secret that it is.
    if (read.isUnknown) requirePublic(path, stats, secrets);
    return read;
  });

/** readPublicPart reads as much of such a file as may be kept elsewhere. Errors: as readPublic; the code HOLDS_KEY. */
export const readPublicPart = (path: string, secrets: Secrets, most: number): Promise<Buffer> =>
  withRegular(path, most, ({ fd }, stats) => {
    const isSecret = secrets.has(identityOf(stats));
    const part = publicPartOf(fd, isSecret);
    if (part === undefined) throw unusable(path, isSecret ? 'SECRET' : 'HOLDS_KEY');
    return part;
  });
