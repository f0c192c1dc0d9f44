/**
 * Owns the reading of files that people name: whole, of a bounded size, as text where they are text.
 */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
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
export async function readBytes(file: string, most = LARGEST): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > most) {
      throw new GatewayError('file-too-large', `${literal(file)} is larger than ${most} bytes`);
    }
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('file-unreadable', `${literal(file)}: ${fileProblem(cause)}`, { cause });
  }
}
