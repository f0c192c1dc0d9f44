#!/usr/bin/env node
// Writes seeds for the verifier's fuzz targets, taken from the public vectors, into <out>/verify_certificate, verify_crl,
// verify_path and der_strictness. They are made when fuzzing, and not committed: the vectors are not ours to copy. So no
// replay sees them, and their names say nothing of what must come of them.
// usage: seed.mjs <vectors folder> <out folder>

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exit } from 'node:process';

const FILES = [
  'x509-limbo-core.jsonl',
  'x509-limbo-policy.jsonl',
  'x509-limbo-name-constraints.jsonl',
  'pkits.jsonl',
  'hand-made.jsonl',
];
const MAX_SEED = 32 * 1024;

const [vectors, out] = process.argv.slice(2);
if (vectors === undefined || out === undefined) {
  console.error('usage: seed.mjs <vectors folder> <out folder>');
  exit(2);
}

/** derOf cuts PEM text into DER blocks. */
function derOf(pem) {
  const blocks = (pem ?? '').matchAll(/-----BEGIN [^-]+-----([^-]+)-----END/g);
  return Array.from(blocks, (match) => Buffer.from(match[1], 'base64'));
}

function write(target, bytes) {
  if (bytes.length > MAX_SEED) return 0;
  const folder = join(out, target);
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const path = join(folder, name);
  if (existsSync(path)) return 0;
  writeFileSync(path, bytes);
  return 1;
}

function piece(kind, der) {
  const head = Buffer.alloc(3);
  head.writeUInt8(kind);
  head.writeUInt16BE(Math.min(der.length, 0xffff), 1);
  return Buffer.concat([head, der.subarray(0, 0xffff)]);
}

/** pathSeed is a whole case in the form that verify_path_fuzz.cc describes. */
function pathSeed(test) {
  const head = Buffer.alloc(5);
  const server = test.purpose === 'server' ? 0x01 : 0;
  const revocation = test.crl === undefined && !test.crlRequired ? 0 : 0x02;
  head.writeUInt8(server | revocation | (test.crlRequired ? 0 : 0x04));
  head.writeUInt32BE(Math.max(0, Math.min(test.time, 0xffffffff)), 1);
  return Buffer.concat([
    head,
    ...derOf(test.ca).map((der) => piece(0, der)),
    ...derOf(test.chain).map((der) => piece(1, der)),
    ...derOf(test.crl).map((der) => piece(2, der)),
  ]);
}

let count = 0;
for (const file of FILES) {
  const path = join(vectors, file);
  if (!existsSync(path)) {
    console.error(`${path} is not there`);
    exit(1);
  }
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const test = JSON.parse(line);
    for (const der of [...derOf(test.ca), ...derOf(test.chain)])
      count += write('verify_certificate', der) + write('der_strictness', der);
    for (const der of derOf(test.crl))
      count += write('verify_crl', der) + write('der_strictness', der);
    count += write('verify_path', pathSeed(test));
  }
}
console.log(`${count} seeds written`);
