// Finds what a machine lacks to build pinlatch, before anything is fetched or compiled: all of it in one list, with
// the one apt line that mends it. Asks the tools themselves; fetches and installs nothing.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { lackingSources } from '../native/third_party/ways.mjs';

/** Missing is what it takes, what was found instead, and the Debian package that has it where one does. */
/** @typedef {{ what: string, found: string, packages: readonly string[] }} Missing */

// What the native core takes of C++20 and of the library, in the newest of its headers.
const CXX_PROBE = `#include <bit>
#include <concepts>
#include <latch>
#include <semaphore>
#include <span>
#include <string_view>
#include <unistd.h>
struct Options { int first = 0; int second = 0; };
template <typename T> concept Sized = requires(T t) { t.size(); };
consteval int Two() { return 2; }
constinit int start = Two();
bool Fits(Sized auto text) { return std::has_single_bit(text.size()); }
int main() {
  std::latch latch(1);
  std::span<const char> bytes = std::string_view("ab");
  return Fits(std::string_view("ab").starts_with("a") ? bytes : bytes) + Options{.second = 2}.second;
}
`;
const C_PROBE = '#include <stdio.h>\nint main(void) { return 0; }\n';

const NO_HEADER = /no such file|file not found/i;

function onPath(name, { PATH = '' }) {
  for (const folder of PATH.split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}

const isThere = (name, environment) =>
  name.includes('/') ? name : onPath(name, environment) !== undefined;

function run([command, ...first], args, environment, input) {
  const options = { encoding: 'utf8', env: { ...environment, LC_ALL: 'C' }, input };
  return spawnSync(command, [...first, ...args], options);
}

const firstLine = (text) => (text ?? '').trim().split('\n')[0];

// As CMake looks: what the environment names, which may have arguments, else the usual names.
function compilerFor({ variable, names }, environment) {
  const named = environment[variable]?.trim();
  if (named) return named.split(/\s+/);
  const name = names.find((one) => isThere(one, environment));
  return name === undefined ? undefined : [name];
}

const LANGUAGES = [
  {
    option: '--cxx',
    what: 'a C++ compiler that knows C++20, such as GCC 12 (g++)',
    variable: 'CXX',
    names: ['c++', 'g++', 'clang++'],
    probe: CXX_PROBE,
    flags: ['-std=c++20', '-x', 'c++', '-fsyntax-only', '-'],
    packages: ['g++'],
  },
  {
    option: '--cc',
    what: 'a C compiler (gcc)',
    variable: 'CC',
    names: ['cc', 'gcc', 'clang'],
    probe: C_PROBE,
    flags: ['-std=c11', '-x', 'c', '-fsyntax-only', '-'],
    packages: ['gcc', 'libc6-dev'],
  },
];

/** compilerOptions tell cmake-js the compilers where it would find none: it knows two names, and not what CXX says. */
export function compilerOptions(environment = process.env) {
  if (['g++', 'clang++'].some((name) => isThere(name, environment))) return [];
  return LANGUAGES.flatMap((language) => {
    const [command] = compilerFor(language, environment) ?? [];
    return command === undefined ? [] : [language.option, command];
  });
}

/** @returns {Missing[]} */
function lackingCompiler(language, environment) {
  const { what, variable, names, probe, flags, packages } = language;
  const command = compilerFor(language, environment);
  if (command === undefined) {
    return [{ what, found: `none of ${names.join(', ')} is on the PATH`, packages }];
  }
  const { status, error, stderr } = run(command, flags, environment, probe);
  if (status === 0) return [];
  // EPIPE: it did not read that far.
  if (error !== undefined && error.code !== 'EPIPE') {
    return [{ what, found: `${command[0]} cannot be run (${error.code})`, packages }];
  }
  const version = firstLine(run(command, ['--version'], environment).stdout);
  const wrong = stderr.split('\n').find((line) => /error/.test(line)) ?? firstLine(stderr);
  const found = `${version} does not compile what it takes (${wrong.trim()})`;
  if (NO_HEADER.test(wrong)) return [{ what, found, packages }];
  // The same package would bring the same version.
  return [{ what, found: `${found}; name a newer one in ${variable}`, packages: [] }];
}

const isOlder = ([major, minor], [leastMajor, leastMinor]) =>
  major < leastMajor || (major === leastMajor && minor < leastMinor);

/** @returns {Missing[]} */
function lackingCmake(least, environment) {
  const what = `CMake ${least.join('.')} or newer`;
  const { error, stdout } = run(['cmake'], ['--version'], environment);
  if (error !== undefined)
    return [{ what, found: 'cmake is not on the PATH', packages: ['cmake'] }];
  const version = /(\d+)\.(\d+)/.exec(stdout)?.slice(1, 3).map(Number) ?? [0, 0];
  if (!isOlder(version, least)) return [];
  const found = `${firstLine(stdout)}; put a newer one first on the PATH`;
  return [{ what, found, packages: [] }];
}

/** @returns {Missing[]} */
function lackingMaker(environment) {
  if (['ninja', 'make'].some((name) => isThere(name, environment))) return [];
  return [{ what: 'make or ninja', found: 'neither is on the PATH', packages: ['make'] }];
}

// tar calls the last three by itself.
const UNPACKERS = { patch: 'patch', tar: 'tar', xz: 'xz-utils', bzip2: 'bzip2', gzip: 'gzip' };

/** @returns {Missing[]} */
function lackingUnpackers(environment) {
  return Object.entries(UNPACKERS)
    .filter(([name]) => !isThere(name, environment))
    .map(([what, name]) => ({ what, found: 'not on the PATH', packages: [name] }));
}

/**
 * lackingTools lists what a build here would come to lack. `cmake` is the lowest version, [major, minor]; `tests`: the
 * sources of tests are needed, too.
 * @returns {Promise<Missing[]>}
 */
export async function lackingTools({ environment = process.env, cmake = [3, 20], tests = false }) {
  const sources = await lackingSources({ environment, tests });
  return [
    ...LANGUAGES.flatMap((language) => lackingCompiler(language, environment)),
    ...lackingCmake(cmake, environment),
    ...lackingMaker(environment),
    ...(sources.areInPlace ? [] : lackingUnpackers(environment)),
    ...sources.missing,
  ];
}

const article = (count) => (count === 1 ? 'One thing is' : `${count} things are`);

function aptLine(missing) {
  const packages = [...new Set(missing.flatMap((one) => one.packages))];
  if (packages.length === 0) return [];
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return [
    'On Debian, Ubuntu and their like:',
    '',
    `  ${sudo}apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    '',
  ];
}

/** missingText is the list for people, with what to do about it; it ends with a line feed. */
export function missingText(missing) {
  const rows = missing.map(({ what, found }) => `  - ${what}: ${found}`);
  const lines = [
    `pinlatch cannot be built here yet. ${article(missing.length)} missing, and nothing was fetched:`,
    '',
    ...rows,
    '',
    ...aptLine(missing),
    'Then run the same command again.',
  ];
  return `${lines.join('\n')}\n`;
}

/** requireTools ends the process with exit code 1 and the list when something is missing. Options: as lackingTools. */
export async function requireTools(options = {}) {
  const missing = await lackingTools(options);
  if (missing.length === 0) return;
  process.stderr.write(`\n${missingText(missing)}\n`);
  process.exit(1);
}
