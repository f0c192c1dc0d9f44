// Owns the rule that the content of a secret file never reaches src/: the short list of the files of src/ that may read files at
// all, and what of node:fs all others may use. What is on neither list is refused. Part of check-layering.mjs.

/** READERS may read files, by their paths in src/, each with what it reads. */
const READERS = new Set([
  'config/public-file.ts', // what a configuration names and is no secret, which it verifies
  'config/read-file.ts', // what people name: the configuration itself, and arguments of commands
  'state/durable-file.ts', // nothing: it opens what it writes
  'state/last-good.ts', // the gateway's own files in the state folder
  'state/last-time-file.ts',
  'state/list-numbers-file.ts',
  'state/standing-copies.ts', // copies of public files
  'telemetry/output-file.ts', // the last byte of the log
  'own-package.ts', // package.json
  'cli/init.ts', // certificates that it has just written
  'demo/demo-folder.ts',
]);

// What reads any path that it is given, without asking whether it is a secret, and who may call it: with paths that people name.
const ANY_PATH = /['"][^'"]*\/read-file\.js['"]/g;
const CALLERS = ['admin/admin-client.ts', 'cli/', 'sources/file-source.ts'];

/** LOOKING is what of node:fs gives no content of a file. */
const LOOKING = new Set([
  ...['access', 'existsSync', 'fstatSync', 'lstat', 'lstatSync', 'stat', 'statSync'],
  ...['readdir', 'readlink', 'realpathSync', 'watch', 'constants'],
  ...['closeSync', 'mkdir', 'mkdirSync', 'mkdtemp', 'rename', 'rm', 'rmSync', 'unlinkSync'],
  ...['writeFileSync', 'writeSync'],
]);

const FS = /['"](?:node:)?fs(?:\/promises)?['"]/g;
// The names that an import takes out of node:fs, and nothing else: the module as a whole can read.
const NAMED = /\bimport\s+(type\s+)?\{([^{}]*)\}\s*from\s*$/;
// Programs, threads and databases read by themselves.
const INDIRECT =
  /['"](?:node:)?(?:child_process|cluster|sqlite|wasi|worker_threads)['"]|\bloadEnvFile\b/g;

/** readsIn lists what reads, of what an import of node:fs takes; `before` is the text in front of the module's name. */
function readsIn(before) {
  const [, isType, names] = NAMED.exec(before) ?? [];
  if (names === undefined) return ['all of node:fs'];
  if (isType !== undefined) return [];
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(/\s+as\s+/)[0])
    .filter((name) => !LOOKING.has(name));
}

function checkDirect(pathInSrc, code) {
  if (READERS.has(pathInSrc)) return [];
  return [...code.matchAll(FS)].flatMap(({ index }) =>
    readsIn(code.slice(0, index)).map((name) => ({
      at: index,
      message: `${name} reads files, which src/${pathInSrc} may not: READERS in check-file-reading.mjs`,
    })),
  );
}

function checkCallers(pathInSrc, code) {
  if (CALLERS.some((caller) => pathInSrc.startsWith(caller))) return [];
  const message = `read-file.ts reads any path, which src/${pathInSrc} may not: use public-file.ts`;
  return [...code.matchAll(ANY_PATH)].map(({ index }) => ({ at: index, message }));
}

function checkIndirect(code) {
  return [...code.matchAll(INDIRECT)].map(({ 0: name, index }) => ({
    at: index,
    message: `${name} could read a secret file: src/ does not use it`,
  }));
}

/** checkFileReading gives `{ at, message }` of everything that could read a file, in the text without comments of a file of src/. */
export function checkFileReading(pathInSrc, code) {
  return [
    ...checkDirect(pathInSrc, code),
    ...checkCallers(pathInSrc, code),
    ...checkIndirect(code),
  ];
}
