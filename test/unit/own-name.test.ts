import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { ownName } from '../../src/own-name.js';
import { makeFolder } from '../support/gateway.js';

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

test('what npx found is called by its path: npx would ask a registry for a package of that name elsewhere', async (t) => {
  const { folder, link } = install();
  const bin = link('repo', 'node_modules', '.bin');
  const script = join(bin, 'pinlatch');
  t.same(ownName({ script, path: `${bin}:/usr/bin`, folder }), ['node', script]);
});

test('a checkout is called by the whole path of its file, which works in any folder', async (t) => {
  const { folder, main } = install();
  t.same(ownName({ script: main, path: '', folder }), ['node', main]);
  const repo = join(folder, 'repo');
  t.same(ownName({ script: 'dist/cli/main.js', path: '', folder: repo }), ['node', main]);
});
