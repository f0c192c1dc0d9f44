/**
 * Owns the I/O around a configuration file: its text, and what the files that it names hold.
 */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';
import { type ExposedFile, exposedFiles } from './exposed-files.js';
import { fileProblem, type Locate, loadMaterial, type Material, namedFiles } from './material.js';
import { type ParseOutcome, parseConfig } from './parse.js';

const LARGEST = 16 * 2 ** 20;

/** LoadedConfig is a configuration file as it was at one moment. */
export interface LoadedConfig {
  /** The absolute path. */
  readonly file: string;
  readonly parsed: ParseOutcome;
  readonly material: Material;
  /** What others could change, the configuration file included. */
  readonly exposed: readonly ExposedFile[];
}

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

/** loadText looks at the files that a text names, certificates and lists where `locate` says. */
export async function loadText(text: string, file: string, locate: Locate): Promise<LoadedConfig> {
  const parsed = parseConfig(text, file);
  const material = await loadMaterial(parsed.ok ? parsed.config : parsed.sound, locate);
  return Object.freeze({ file, parsed, material, exposed: [] });
}

/** loadConfig reads a configuration file, and looks at the files that it names. Errors: as readText. */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  const file = resolve(path);
  const parsed = parseConfig(await readText(file), file);
  const material = await loadMaterial(parsed.ok ? parsed.config : parsed.sound);
  const named = parsed.ok ? namedFiles(parsed.config) : [];
  const exposed = await exposedFiles([{ path: file, at: '' }, ...named]);
  return Object.freeze({ file, parsed, material, exposed });
}
