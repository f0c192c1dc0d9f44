// `npm ci` in a clean clone, on a machine that lacks tools: its install script runs with a PATH that was made up.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Test, test } from 'tap';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LOCK = JSON.parse(readFileSync(join(ROOT, 'native/third_party/lock.json'), 'utf8'));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const UNPACKERS = ['patch', 'tar', 'xz', 'bzip2', 'gzip'];
const BUILDERS = ['cc', 'c++', 'cmake', 'make'];

/** A tool that says `text` of itself and does nothing. */
function pretend(path: string, text: string, code = 0): void {
  writeFileSync(path, `#!/bin/sh\n>&${code === 0 ? 1 : 2} echo '${text}'\nexit ${code}\n`);
  chmodSync(path, 0o755);
}

/** A clone without sources, and a folder for the PATH that has `names` and what runs a script. */
function cloneWith(t: Test, names: readonly string[]) {
  const folder = t.testdir({});
  const clone = join(folder, 'clone');
  for (const part of ['package.json', 'CMakeLists.txt', 'scripts']) {
    cpSync(join(ROOT, part), join(clone, part), { recursive: true });
  }
  const thirdParty = join(ROOT, 'native/third_party');
  for (const part of readdirSync(thirdParty)) {
    if (part === 'src') continue;
    cpSync(join(thirdParty, part), join(clone, 'native/third_party', part), { recursive: true });
  }
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  symlinkSync(process.execPath, join(tools, 'node'));
  for (const name of names) pretend(join(tools, name), `${name} 99.0`);
  return { clone, tools, cache: join(folder, 'cache') };
}

function haveTarballs(cache: string): void {
  mkdirSync(join(cache, 'third_party'), { recursive: true });
  for (const { accepted } of Object.values<{ accepted: { file: string }[] }>(LOCK)) {
    for (const { file } of accepted) writeFileSync(join(cache, 'third_party', file), '');
  }
}

function install({ clone, tools, cache }: ReturnType<typeof cloneWith>) {
  const env = {
    PATH: tools,
    HOME: dirname(clone),
    PINLATCH_CACHE_DIR: cache,
    PINLATCH_OFFLINE: '1',
  };
  return spawnSync('/bin/sh', ['-c', scripts.install], { cwd: clone, env, encoding: 'utf8' });
}

const rowsOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith('  - '));

const aptLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.includes('apt-get install'));

test('without compilers, CMake and patch there is one list, one apt line, and nothing is fetched', async (t) => {
  const machine = cloneWith(t, ['make', ...UNPACKERS.filter((name) => name !== 'patch')]);
  haveTarballs(machine.cache);
  const { status, stdout, stderr } = install(machine);
  t.equal(status, 1);
  t.equal(stdout, '');
  t.match(rowsOf(stderr), [
    /C\+\+20.*c\+\+, g\+\+, clang\+\+/,
    /a C compiler/,
    /CMake 3\.20/,
    /patch/,
  ]);
  t.equal(rowsOf(stderr).length, 4);
  t.match(aptLines(stderr), [/(sudo )?apt-get install .* g\+\+ gcc libc6-dev cmake patch$/]);
  t.equal(aptLines(stderr).length, 1);
  t.notOk(existsSync(join(machine.clone, 'native/third_party/src')));
});

test('with nothing but node, every tool is named, and the way to the sources', async (t) => {
  const { stderr } = install(cloneWith(t, []));
  t.match(rowsOf(stderr), [
    ...[/C\+\+20/, /a C compiler/, /CMake/, /make or ninja/],
    ...UNPACKERS.map((name) => new RegExp(`^  - ${name}:`)),
    /sources of mbedtls, yyjson, nghttp2, utf8proc: PINLATCH_OFFLINE=1, and no tarball in /,
  ]);
  t.match(aptLines(stderr), [/ make patch tar xz-utils bzip2 gzip$/]);
});

test('a tool that is too old is named with its version, and no package is said to mend it', async (t) => {
  const machine = cloneWith(t, ['cc', 'make', ...UNPACKERS]);
  haveTarballs(machine.cache);
  pretend(join(machine.tools, 'cmake'), 'cmake version 3.18.4');
  const old =
    "if test $1 = --version; then echo 'g++ 9.4.0'; else echo \"error: no 'consteval'\" >&2; exit 1; fi";
  writeFileSync(join(machine.tools, 'c++'), `#!/bin/sh\n${old}\n`, { mode: 0o755 });
  const { stderr } = install(machine);
  t.match(rowsOf(stderr), [
    /g\+\+ 9\.4\.0 does not compile.*no 'consteval'.*CXX/,
    /CMake 3\.20 or newer: cmake version 3\.18\.4/,
  ]);
  t.same(aptLines(stderr), []);
});

test('a machine that has built pinlatch lacks nothing', async (t) => {
  const { lackingTools } = await import('../../../scripts/prerequisites.mjs');
  t.same(await lackingTools({ environment: { ...process.env, PINLATCH_OFFLINE: '1' } }), []);
});

test('where every tool is there, the build goes on to CMake, by whatever name the compiler has', async (t) => {
  const machine = cloneWith(t, [...BUILDERS, ...UNPACKERS]);
  haveTarballs(machine.cache);
  // cmake-js is found above the clone, and pretends as well as CMake does.
  t.match(install(machine), { status: 0, stdout: /compiled by/, stderr: '' });
});

test('the last of the scripts of npm ci says what to type next', async (t) => {
  t.match(scripts.postprepare, /say-what-next/);
  const { stdout } = spawnSync(process.execPath, ['scripts/say-what-next.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  t.match(stdout, /npm start/);
  t.match(stdout, /^ {2}alias pinlatch='node \/.*\/dist\/cli\/main\.js'\n {2}pinlatch init /m);
  t.notMatch(stdout, /npx/);
});
