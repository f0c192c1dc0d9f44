// Owns how a module of TypeScript is found and read where tests run: transformed once, and kept in build/test-js until its source
// changes. The compiler itself, loaded in each of some hundred test processes, took longer than most of the tests.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pid } from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const KEPT = join(ROOT, 'build', 'test-js');
// What the kept text depends on beside its source.
const OPTIONS = { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline' };
const VERBATIM = { compilerOptions: { verbatimModuleSyntax: true } };

async function transformed(path, source) {
  const { transform } = await import('esbuild');
  const { code } = await transform(source, { ...OPTIONS, sourcefile: path, tsconfigRaw: VERBATIM });
  return code;
}

// Several processes may write the same file at once: each writes its own, and the names change hands whole.
function keep(file, code) {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(`${file}.${pid}`, code);
  renameSync(`${file}.${pid}`, file);
}

async function javascriptOf(path) {
  const source = readFileSync(path, 'utf8');
  const hash = createHash('sha256').update(`${path}\n${JSON.stringify(OPTIONS)}\n${source}`);
  const file = join(KEPT, `${hash.digest('hex')}.mjs`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const code = await transformed(path, source);
  keep(file, code);
  return code;
}

/** resolve finds `x.ts` where a module of TypeScript imports `./x.js`, as its compiler does. */
export function resolve(specifier, context, next) {
  const isOurs = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier);
  if (!isOurs) return next(specifier, context);
  const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
  return existsSync(url)
    ? { url: url.href, format: 'module', shortCircuit: true }
    : next(specifier, context);
}

/** load reads a module of TypeScript as JavaScript. */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  return { format: 'module', source: await javascriptOf(fileURLToPath(url)), shortCircuit: true };
}
