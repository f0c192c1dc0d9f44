#!/usr/bin/env node
// Replays the corpus of one fuzz target, built with --coverage, and fails when the replay passes by more than 5% of the
// lines of the target's own sources: what a corpus does not reach, the harness does not check.
// usage: fuzz-coverage.mjs <gcov> <folder of the target's objects> <program> <corpus folder>...

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';

const LEAST_PERCENT = 95;
const [gcov, folderOfObjects, program, ...corpus] = process.argv.slice(2);
const objects = resolve(folderOfObjects); // as the program knows it

/** run returns what the command wrote. Throws with it when the command fails. */
function run(command, args, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${basename(command)} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** filesBelow lists the files of a folder that end so. */
function filesBelow(folder, ending) {
  const entries = readdirSync(folder, { recursive: true });
  return entries.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

/** linesOf returns the lines of one source that have code, with how often each was reached. */
function linesOf(counts) {
  const report = JSON.parse(run(gcov, ['--json-format', '--stdout', counts]));
  const source = basename(counts, '.gcda');
  const file = report.files.find((each) => basename(each.file) === source);
  const reached = new Map();
  for (const { line_number: line, count } of file.lines)
    reached.set(line, (reached.get(line) ?? 0) + count);
  return Array.from(reached, ([line, count]) => ({ place: `${source}:${line}`, count }));
}

// Counts go to a folder of their own, so that neither an older run nor one beside this one adds to them.
const folder = mkdtempSync(join(tmpdir(), 'fuzz-coverage-'));
try {
  run(program, corpus, { GCOV_PREFIX: folder });
  const lines = [];
  for (const notes of filesBelow(objects, '.gcno')) {
    const counts = join(folder, notes.replace(/\.gcno$/, '.gcda'));
    copyFileSync(notes, join(dirname(counts), basename(notes)));
    lines.push(...linesOf(counts));
  }
  const missed = lines.filter(({ count }) => count === 0);
  const percent = (100 * (lines.length - missed.length)) / lines.length;
  console.log(`${basename(program)}: ${percent.toFixed(1)}% of ${lines.length} lines reached`);
  for (const { place } of missed) console.log(`missed: ${place}`);
  if (!(percent >= LEAST_PERCENT)) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
