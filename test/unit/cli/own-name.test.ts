import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { ownName } from '../../../src/cli/own-name.js';
import { makeFolder } from '../../support/gateway.js';

function install() {
  const folder = makeFolder();
  const main = join(folder, 'repo', 'dist', 'cli', 'main.js');
  mkdirSync(join(folder, 'repo', 'dist', 'cli'), { recursive: true });
  writeFileSync(main, '');
  chmodSync(main, 0o755);
  const link = (...path: string[]): string => {
    const bin = join(folder, ...path);
    mkdirSync(bin, { recursive: true });
    symlinkSync(main, join(bin, 'pinlatch'));
    return bin;
  };
  return { folder, main, link };
}

test('a program that the shell finds is called by its name', async (t) => {
  const { folder, main, link } = install();
  const bin = link('usr', 'bin');
  t.same(ownName({ script: join(bin, 'pinlatch'), path: `/nowhere:${bin}`, folder }), ['pinlatch']);
  t.same(ownName({ script: main, path: bin, folder }), ['pinlatch'], 'also when run as a file');
});

test('what npx found is called by npx again: the shell would not find it', async (t) => {
  const { folder, link } = install();
  const bin = link('repo', 'node_modules', '.bin');
  const script = join(bin, 'pinlatch');
  t.same(ownName({ script, path: `${bin}:/usr/bin`, folder }), ['npx', 'pinlatch']);
});

test('a checkout is called by its file, by the shorter path', async (t) => {
  const { folder, main } = install();
  const repo = join(folder, 'repo');
  t.same(ownName({ script: main, path: '', folder: repo }), ['node', 'dist/cli/main.js']);
  t.same(ownName({ script: main, path: '', folder: '/a/b/c' }), ['node', main]);
});
