/**
 * Owns the reading of files that people name: whole, of a bounded size, as text where they are text.
 */
import { isUtf8 } from 'node:buffer';
import { open, readFile, stat } from 'node:fs/promises';
import { EngineError } from '../engine/engine-error.js';
import {
  type CertificateFile,
  type CertificatePlace,
  readCertificateFile,
  readCertificates,
} from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { fileProblem } from './material.js';

const LARGEST = 16 * 2 ** 20;

/** readText reads a UTF-8 text file. Errors: GatewayError file-unreadable, file-too-large, file-not-text. */
export async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new GatewayError('file-not-text', `${literal(file)} is not UTF-8 text`);
}

/** readBytes reads a file of at most `most` bytes. Errors: GatewayError file-unreadable, file-too-large. */
export function readBytes(file: string, most = LARGEST): Promise<Buffer> {
  return attempt(file, async () => {
    requireSize(file, await stat(file), most);
    return readFile(file);
  });
}

/**
 * readCertificatesIn has the engine cut a file with certificates. A private key in it stays native, unless the file is a pipe. Errors:
 * as readBytes.
 */
export function readCertificatesIn(
  file: string,
  place: CertificatePlace,
): Promise<CertificateFile> {
  return attempt(file, async () => {
    const handle = await open(file);
    try {
      const stats = await handle.stat();
      requireSize(file, stats, LARGEST);
      if (stats.isFile()) return readCertificateFile(handle.fd, place, file);
      const bytes = await handle.readFile();
      const read = readCertificates(bytes, place, file);
      bytes.fill(0);
      return read;
    } finally {
      await handle.close();
    }
  });
}

function requireSize(file: string, { size }: { readonly size: number }, most: number): void {
  if (size <= most) return;
  throw new GatewayError('file-too-large', `${literal(file)} is larger than ${most} bytes`);
}

async function attempt<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof GatewayError || cause instanceof EngineError) throw cause;
    throw new GatewayError('file-unreadable', `${literal(file)}: ${fileProblem(cause)}`, { cause });
  }
}
