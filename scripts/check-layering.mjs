#!/usr/bin/env node
// Holds the source to the design's layers: which folder may include or import which, and where
// napi.h, mbedTLS, yyjson, nghttp2, utf8proc, socket calls and the .node file may appear. Who may read clocks and files is in
// check-clocks.mjs and check-file-reading.mjs, which it runs. Reads text, builds nothing.
// usage: check-layering.mjs [root]

import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkClock } from './check-clocks.mjs';
import { checkFileReading } from './check-file-reading.mjs';
import { listFiles, stripComments } from './source-text.mjs';

const LAYER = /^pinlatch_layer\(([^)]*)\)/gm;

/**
 * readGraph reads who may use whom from the text of CMakeLists.txt: a map from each folder of native/ to the folders
 * that it may include and the vendored libraries that it may call. It throws where a folder names one that does not
 * stand above it.
 */
export function readGraph(cmake) {
  const graph = new Map();
  for (const [, declared] of cmake.matchAll(LAYER)) {
    const [name, ...words] = declared.split(/\s+/);
    const at = words.indexOf('LIBS');
    const uses = (at < 0 ? words : words.slice(0, at)).filter((word) => word !== 'DEPENDS');
    const stranger = uses.find((word) => !graph.has(word));
    if (stranger !== undefined)
      throw new Error(`CMakeLists.txt: ${name} uses ${stranger}, which does not stand above it`);
    graph.set(name, { uses, libraries: at < 0 ? [] : words.slice(at + 1) });
  }
  // The addon is no layer of the plain library: it may use them all.
  graph.set('binding', { uses: [...graph.keys()], libraries: [] });
  return graph;
}

/** TS_ORDER: a folder of src/ may import its own tier and those before it; cli is on top. */
export const TS_ORDER = [
  ['.'], // files directly in src/: words that all share, such as the error type
  ['engine'],
  ['document'],
  ['pins'],
  ['conditions', 'routing'],
  ['config'],
  ['sources'],
  ['snapshot'],
  ['telemetry'],
  ['explain'],
  ['state'],
  ['reload'],
  ['admin'],
  ['control'],
  ['demo'],
  ['cli'],
];

const SOCKET_HEADERS =
  /#\s*include\s*<(sys\/(socket|epoll|eventfd|timerfd|un)\.h|netinet\/\w+\.h|netdb\.h)>/;
const SOCKET_NAMES =
  'socket|socketpair|bind|listen|accept4?|connect|shutdown|recv(?:from|msg)?|send(?:to|msg|file)?|' +
  'splice|[gs]etsockopt|getaddrinfo|getpeername|getsockname|epoll_\\w+|eventfd|timerfd_\\w+';
// A plain or ::-qualified call; not a method (x.send, x->recv), not std::bind.
const SOCKET_CALLS = new RegExp(`(?:(?<![\\w.>:])|(?<![\\w>])::)(?:${SOCKET_NAMES})\\s*\\(`);

/** Vendored libraries: a folder that may include them names them in CMakeLists.txt. */
const LIBRARIES = {
  mbedtls: /#\s*include\s*[<"](mbedtls|psa)\//,
  yyjson: /#\s*include\s*[<"]yyjson\.h[>"]/,
  nghttp2: /#\s*include\s*[<"]nghttp2\//,
  utf8proc: /#\s*include\s*[<"]utf8proc\.h[>"]/,
};

/** NATIVE_RULES: what may appear in `folder` only. */
const NATIVE_RULES = [
  {
    what: 'Node-API',
    pattern: /#\s*include\s*[<"](napi|node_api|js_native_api)(-inl)?\.h[>"]/,
    folder: 'binding',
  },
  { what: 'a socket header', pattern: SOCKET_HEADERS, folder: 'io' },
  { what: 'a socket system call', pattern: SOCKET_CALLS, folder: 'io' },
];

const NODE_FILE = /\.node['"`]|\bdlopen\b/;
// What loads a module without an import, so that nobody can tell from the text which one.
const LOADER =
  /\bcreateRequire\b|\brequire\s*[.(]|\bgetBuiltinModule\b|\bprocess\.binding\b|['"](?:node:)?module['"]/;
const TS_IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;
const UNNAMED_IMPORT = /\bimport\s*\(\s*(?!['"\s])/g;

// The one header beside mbedTLS's patches that is ours; crypto fills what it declares.
const MBEDTLS_HOOKS = 'third_party/mbedtls_hooks.h';

const INCLUDE = /#\s*(?:include(?:_next)?|import)\s*(?:"([^"]+)"|<([^>]+)>|(\w+))/;

/**
 * checkInclude judges one line of a file in `folder` that includes something; undefined when it is fine. Brackets are for what
 * is not ours, and find our files as well.
 */
function checkInclude(graph, folder, line) {
  const [, quoted, bracketed, macro] = INCLUDE.exec(line) ?? [];
  if (macro !== undefined) return `include of ${macro}, which does not say what it includes`;
  const path = quoted ?? bracketed;
  if (path === undefined) return undefined;
  if (path === MBEDTLS_HOOKS && folder === 'crypto') return undefined;
  const target = path.split('/')[0];
  if (bracketed !== undefined && !(path.includes('/') && graph.has(target))) return undefined;
  if (!graph.has(target)) return `include "${path}" does not start with a layer's folder`;
  if (target === folder || graph.get(folder).uses.includes(target)) return undefined;
  return `${folder} may not include ${target}: CMakeLists.txt does not name it`;
}

function checkLibraries(graph, folder, line) {
  return Object.entries(LIBRARIES)
    .filter(([name, pattern]) => pattern.test(line) && !graph.get(folder).libraries.includes(name))
    .map(([name]) => `${name} belongs in the folders that name it in CMakeLists.txt only`);
}

function checkNativeLine(graph, folder, line) {
  const broken = NATIVE_RULES.filter(
    (rule) => rule.folder !== folder && rule.pattern.test(line),
  ).map((rule) => `${rule.what} belongs in ${rule.folder} only, not in ${folder}`);
  const vendored =
    Object.values(LIBRARIES).some((pattern) => pattern.test(line)) ||
    NATIVE_RULES.some((rule) => rule.pattern.test(line));
  const order = vendored ? undefined : checkInclude(graph, folder, line);
  const found = [...broken, ...checkLibraries(graph, folder, line)];
  return order === undefined ? found : [...found, order];
}

/** checkNativeText gives `{ line, message }` of every violation in one C++ file of `folder`. */
export function checkNativeText(graph, folder, text) {
  return stripComments(text)
    .split('\n')
    .flatMap((line, index) =>
      checkNativeLine(graph, folder, line).map((message) => ({ line: index + 1, message })),
    );
}

/** checkUnused gives the folders and libraries that `folder` names in CMakeLists.txt and does not use. */
function checkUnused(graph, folder, texts) {
  const { uses, libraries } = graph.get(folder);
  const all = texts.join('\n');
  const idle = uses.filter((name) => !all.includes(`#include "${name}/`));
  const loaded = libraries.filter((name) => !LIBRARIES[name].test(all));
  return [...idle, ...loaded].map((name) => `${folder} names ${name}, which it does not use`);
}

const tierOf = (folder) => TS_ORDER.findIndex((tier) => tier.includes(folder));

function folderOf(pathInSrc) {
  const parts = pathInSrc.split(sep);
  return parts.length > 1 ? parts[0] : '.';
}

/** checkLoading gives `{ at, message }` of the first thing in a file that loads what no import names. */
function checkLoading(folder, code) {
  if (folder === 'engine') return [];
  const native = NODE_FILE.exec(code);
  if (native !== null)
    return [{ at: native.index, message: 'only src/engine may load the .node file' }];
  const loader = LOADER.exec(code);
  if (loader === null) return [];
  return [{ at: loader.index, message: 'only src/engine may load what no import names' }];
}

function checkUnnamed(code) {
  const message = 'an import names its module between quotes: what this one loads, nobody can tell';
  return [...code.matchAll(UNNAMED_IMPORT)].map(({ index }) => ({ at: index, message }));
}

function checkImport(pathInSrc, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = normalize(join(dirname(pathInSrc), specifier));
  const from = folderOf(pathInSrc);
  const to = folderOf(target);
  if (to === '..') return undefined; // outside src: package.json and the like
  if (tierOf(to) < 0) return `src/${to} is not in the order table of check-layering.mjs`;
  return tierOf(to) > tierOf(from) ? `src/${from} may not import src/${to}` : undefined;
}

function checkImports(pathInSrc, code) {
  return [...code.matchAll(TS_IMPORT)].flatMap(({ 1: specifier, index }) => {
    const message = checkImport(pathInSrc, specifier);
    return message === undefined ? [] : [{ at: index, message }];
  });
}

function checkTier(folder) {
  if (tierOf(folder) >= 0) return [];
  return [{ at: 0, message: `src/${folder} is not in the order table of check-layering.mjs` }];
}

/** checkTypeScriptText gives `{ line, message }` of every violation in one file of src/. */
export function checkTypeScriptText(pathInSrc, text) {
  const folder = folderOf(pathInSrc);
  const code = stripComments(text);
  return [
    ...checkTier(folder),
    ...checkImports(pathInSrc, code),
    ...checkUnnamed(code),
    ...checkLoading(folder, code),
    ...checkFileReading(pathInSrc, code),
  ].map(({ at, message }) => ({ line: code.slice(0, at).split('\n').length, message }));
}

function checkFolder(root, graph, folder) {
  const files = listFiles(join(root, 'native', folder), ['.cc', '.h', '.def']);
  const texts = files.map((path) => readFileSync(path, 'utf8'));
  const found = texts.flatMap((text, index) =>
    [
      ...checkNativeText(graph, folder, text),
      ...checkClock(relative(root, files[index]), text),
    ].map((one) => ({ path: files[index], ...one })),
  );
  if (folder === 'binding') return found;
  const path = join(root, 'CMakeLists.txt');
  const unused = checkUnused(graph, folder, texts).map((message) => ({ path, line: 1, message }));
  return [...found, ...unused];
}

/** checkTree gives every violation under `root`, as `{ file, line, message }`. */
export function checkTree(root) {
  const graph = readGraph(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'));
  const native = [...graph.keys()].flatMap((folder) => checkFolder(root, graph, folder));
  const src = join(root, 'src');
  const typescript = listFiles(src, ['.ts']).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return [
      ...checkTypeScriptText(relative(src, path), text),
      ...checkClock(relative(root, path), text),
    ].map((found) => ({ path, ...found }));
  });
  return [...native, ...typescript].map(({ path, line, message }) => ({
    file: relative(root, path),
    line,
    message,
  }));
}

function main() {
  const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
  const violations = checkTree(root);
  for (const { file, line, message } of violations) console.error(`${file}:${line}: ${message}`);
  if (violations.length > 0) process.exitCode = 1;
  else console.log('layering: in order');
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) main();
