/**
 * Owns the replacing of a file so that, whenever the power goes, the old file or the new one is there, whole: a temporary
 * file in the same folder, its content forced to the disk, renamed, the folder forced to the disk. I/O.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** NewFile is a file that is being written. */
export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** FileOperations are the steps, each of which may be the last before the power goes. */
export interface FileOperations {
  /** create makes a file that only its owner may use; one that is there already is an error. */
  create(path: string): Promise<NewFile>;
  rename(from: string, to: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /** remove removes a file if it is there. */
  remove(path: string): Promise<void>;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}

/** DISK is the real thing. */
export const DISK: FileOperations = Object.freeze({
  create: async (path: string) => {
    const file = await open(path, 'wx', 0o600);
    return {
      write: (bytes: Uint8Array) => writeAll(file, bytes),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  rename,
  syncFolder: async (path: string) => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  remove: (path: string) => rm(path, { force: true }),
});

/** writeDurably makes a file that is not there yet, and forces its content to the disk. Errors: of the file system. */
export async function writeDurably(
  path: string,
  chunks: readonly Uint8Array[],
  operations: FileOperations,
): Promise<void> {
  const file = await operations.create(path);
  try {
    for (const chunk of chunks) await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** replaceFile replaces the file at `path` by these bytes; when it fails, the old file stays. Errors: of the file system. */
export async function replaceFile(
  path: string,
  chunks: readonly Uint8Array[],
  operations: FileOperations = DISK,
): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await operations.remove(temporary);
  try {
    await writeDurably(temporary, chunks, operations);
    await operations.rename(temporary, path);
  } catch (error) {
    await operations.remove(temporary);
    throw error;
  }
  await operations.syncFolder(dirname(path));
}
