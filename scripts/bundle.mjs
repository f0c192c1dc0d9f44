#!/usr/bin/env node
// Joins what tsc wrote into build/js to dist/: a file for each program, and parts that they share. A module costs Node
// memory that is never given back (here 1.7 MB, of 65 modules), and a look at the disk. Nothing is renamed, so
// that a stack trace names the functions of the source.

import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { published } from './generate-validator.mjs';
import { readSchema } from './schema.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'build/js');
const DIST = join(ROOT, 'dist');

rmSync(DIST, { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  absWorkingDir: ROOT,
  entryPoints: ['cli/main', 'demo/main'].map((name) => join(MODULES, `${name}.js`)),
  outbase: MODULES,
  outdir: DIST,
  // What one command alone needs is in a part of its own, and loaded with that command.
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // jsonc-parser's other form cannot be looked into.
  mainFields: ['module', 'main'],
  legalComments: 'eof',
  // Half of the text would be indentation, which stays in memory with the rest.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  logLevel: 'warning',
});

// Editors take the schema with its words of VS Code, validators this one.
const schema = JSON.stringify(published(readSchema()), null, 2);
writeFileSync(join(DIST, 'gateway.schema.json'), `${schema}\n`);

// What was joined to which file, for whoever wants to know what a program loads.
const joined = Object.entries(metafile.outputs).map(([file, { inputs }]) => [
  file,
  Object.keys(inputs),
]);
writeFileSync(join(DIST, 'modules.json'), JSON.stringify(Object.fromEntries(joined), null, 2));
