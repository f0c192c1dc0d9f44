/**
 * Owns the reading of files that a configuration names and that are no secrets. Nothing else reads such a file on this side. A secret
 * is known by what the kernel knows it by: no other path, link or entry of a folder leads to its content.
 */
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';

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

/** readPublic reads a regular file of at most `most` bytes. Errors: as open(2); the codes SECRET, NOT_REGULAR, TOO_LARGE. */
export async function readPublic(path: string, secrets: Secrets, most: number): Promise<Buffer> {
  // Opening a pipe must not wait for a writer, reading one could wait for ever, and a device has no end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = await file.stat({ bigint: true });
    if (stats.isDirectory()) throw unusable(path, 'EISDIR');
    if (!stats.isFile()) throw unusable(path, 'NOT_REGULAR');
    requirePublic(path, stats, secrets);
    if (stats.size > BigInt(most)) throw unusable(path, 'TOO_LARGE');
    return await file.readFile();
  } finally {
    await file.close();
  }
}
