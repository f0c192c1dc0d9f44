/**
 * Owns the answer to which files a snapshot has the data plane read: certificates and revocation lists, which are no secrets, and
 * secret files, which are left where they are. Pure. It goes by the shape of the document, wherever in it such a file is named.
 */
import { isAbsolute } from 'node:path';

/** PublicFile is an absolute path; only `lists` may be a folder. */
export interface PublicFile {
  readonly path: string;
  readonly kind: 'certificates' | 'lists';
}

type Visit = (file: PublicFile) => string;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// rewrite returns a copy in which every public file has the path that `visit` returns for it.
function rewrite(value: unknown, visit: Visit, name = ''): unknown {
  if (Array.isArray(value)) return value.map((member) => rewrite(member, visit));
  if (!isRecord(value)) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, rewrite(member, visit, key)]),
  );
  const { path, sha256, files } = value;
  if (typeof path === 'string' && Array.isArray(sha256)) {
    copy.path = visit({ path, kind: 'certificates' });
  }
  if (name === 'revocation' && Array.isArray(files)) {
    copy.files = files.map((file) => visit({ path: String(file), kind: 'lists' }));
  }
  return copy;
}

/** publicFiles lists the public files of a snapshot, each once. */
export function publicFiles(snapshot: object): readonly PublicFile[] {
  const found = new Map<string, PublicFile>();
  rewrite(snapshot, (file) => {
    if (!isAbsolute(file.path)) throw new TypeError(`a path that is not absolute: ${file.path}`);
    found.set(`${file.kind} ${file.path}`, Object.freeze(file));
    return file.path;
  });
  return Object.freeze([...found.values()]);
}

/** filesNamedBy lists the public and the secret files of a snapshot. */
export const filesNamedBy = (snapshot: object) =>
  Object.freeze({ publics: publicFiles(snapshot), secrets: secretPaths(snapshot) });

/** relocate returns a copy of a snapshot that names other files, by kind and path. A file without another keeps its own. */
export function relocate<T extends object>(
  snapshot: T,
  moved: (file: PublicFile) => string | undefined,
): T {
  return rewrite(snapshot, (file) => moved(file) ?? file.path) as T;
}

/** secretPaths lists the secret files of a snapshot, each once. */
export function secretPaths(snapshot: object): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { secret } = value as { readonly secret?: unknown };
    if (typeof secret === 'string') found.add(secret);
    for (const member of Object.values(value)) visit(member);
  };
  visit(snapshot);
  return Object.freeze([...found]);
}
