/**
 * Owns the way from a path as written to the file that it names.
 */
import { resolve } from 'node:path';
import type { FileAt, SecretFile } from './config.js';

/** fileAt resolves a path from the folder of the configuration; `at` is where it was named. */
export const fileAt = (directory: string, path: string, at: string): FileAt =>
  Object.freeze({ path: resolve(directory, path), at });

/** secretAt does the same for a secret file. */
export const secretAt = (directory: string, path: string, at: string): SecretFile =>
  Object.freeze({ secret: resolve(directory, path), at });
