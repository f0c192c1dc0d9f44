// Owns what the generators share of firmware-config/gateway.schema.json: where it is, what a part of it refers to, what kind
// of quantity it is and between which bounds. Needs nothing but Node: the native build runs it before anything is installed.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** ROOT is the folder of the repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const SCHEMA = join(ROOT, 'firmware-config/gateway.schema.json');

/** readSchema reads the schema as it is now. */
export function readSchema() {
  return JSON.parse(readFileSync(SCHEMA, 'utf8'));
}

/** nameOf is the name in "$defs" that a part refers to; undefined when it refers to none. */
export function nameOf(part) {
  return /^#\/\$defs\/(\w+)$/.exec(part.$ref ?? '')?.[1];
}

/** resolved is a part with what it refers to; what stands beside "$ref" counts before that. */
export function resolved(schema, part) {
  const name = nameOf(part);
  if (name === undefined) return part;
  const { $ref: _, ...own } = part;
  return { ...resolved(schema, schema.$defs[name]), ...own };
}

// The rules (src/config/values.ts) of texts that stand for a number, and what they are turned into.
const KINDS = new Set(['duration', 'size', 'rate']);

/** kindOf is "duration", "size" or "rate" where a resolved part is such a text, else undefined. */
export function kindOf(part) {
  return KINDS.has(part['x-value']) ? part['x-value'] : undefined;
}

/**
 * boundsOf gives the least and the most of a resolved part: of its number, of the milliseconds, bytes or events that its text
 * stands for, or of its entries. Undefined where nothing bounds it.
 */
export function boundsOf(part) {
  const most = part['x-maximum'] ?? part.maximum ?? part.maxItems ?? part.maxProperties;
  if (most === undefined) return undefined;
  const least = part['x-minimum'] ?? part.minimum ?? part.minItems ?? part.minProperties ?? 0;
  return { least, most };
}

/** writeWhole writes a file whole or not at all, and only what differs: somebody may be reading it, or be built from it. */
export function writeWhole(path, text) {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
