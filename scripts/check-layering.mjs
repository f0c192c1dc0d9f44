#!/usr/bin/env node
// Holds the source to the design's layers: which folder may include or import which, and where
// napi.h, mbedTLS, yyjson, nghttp2, utf8proc, socket calls, the system's clock and the .node file may appear. Reads text,
// builds nothing.
// usage: check-layering.mjs [root]

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/**
 * CLOCKS: where a system's clock may be read. All that decides is given the time, or the WallClock of its worker: with two
 * clocks in one process, a client is let in by one of them that the other keeps out. Paths that end in / are folders.
 */
const CLOCKS = [
  {
    what: "the system's clock",
    pattern:
      /\b(?:UnixNow|system_clock|gettimeofday|clock_gettime|adjtimex|CLOCK_REALTIME)\b|(?<![\w.>])time\s*\(\s*(?:nullptr|NULL|0|&)/,
    under: 'native/',
    places: [
      'native/base/clock.h', // which names it
      'native/base/seed.cc', // one number that differs
      'native/binding/wall_clock.cc', // which hands it to what decides
      'native/io/clock_sync.cc', // whether somebody vouches for it
      'native/io/wall_timer.', // it waits, and whoever it wakes looks at the clock
      'native/downstream/http1_stream.cc', // the Date field of answers
      'native/downstream/http2_stream.cc',
    ],
  },
  {
    what: 'the time of a line of the log',
    pattern: /\bLogStampNow\b/,
    under: 'native/',
    places: [
      'native/base/clock.h',
      'native/log/',
      'native/exchange/exchange.cc', // when a request came
      'native/downstream/http2_connection.cc',
      'native/downstream/tcp_tunnel.cc',
      'native/server/name_resolver.cc',
    ],
  },
  {
    what: "the system's clock",
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\)/,
    under: 'src/',
    places: [
      'src/cli/', // the moment of the command is its question
      'src/demo/',
      'src/telemetry/log-writer.ts', // of lines
      'src/control/survival.ts', // how many lines a second
      'src/reload/', // when something was served, kept, told
    ],
  },
];

const NODE_FILE = /\.node['"`]|\bdlopen\b/;
const TS_IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

/** stripComments blanks comments out, keeping line numbers; strings stay. */
export function stripComments(text) {
  const tokens =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(tokens, (match, string) => string ?? match.replace(/[^\n]/g, ' '));
}

function listFiles(dir, extensions) {
  let entries;
  try {
    entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile() && extensions.some((end) => entry.name.endsWith(end)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

// The one header beside mbedTLS's patches that is ours; crypto fills what it declares.
const MBEDTLS_HOOKS = 'third_party/mbedtls_hooks.h';

/** checkInclude judges one `#include "…"` line of a file in `folder`; undefined when it is fine. */
function checkInclude(graph, folder, line) {
  const path = /#\s*include\s*"([^"]+)"/.exec(line)?.[1];
  if (path === undefined) return undefined;
  if (path === MBEDTLS_HOOKS && folder === 'crypto') return undefined;
  const target = path.split('/')[0];
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

function checkImport(pathInSrc, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const target = normalize(join(dirname(pathInSrc), specifier));
  const from = folderOf(pathInSrc);
  const to = folderOf(target);
  if (to === '..') return undefined; // outside src: package.json and the like
  if (tierOf(to) < 0) return `src/${to} is not in the order table of check-layering.mjs`;
  return tierOf(to) > tierOf(from) ? `src/${from} may not import src/${to}` : undefined;
}

/** checkClock gives `{ line, message }` of every look at the clock in a file, by its path from the root, that has no place there. */
export function checkClock(path, text) {
  const banned = CLOCKS.filter(
    ({ under, places }) =>
      path.startsWith(under) && !places.some((place) => path.startsWith(place)),
  );
  if (banned.length === 0) return [];
  return stripComments(text)
    .split('\n')
    .flatMap((line, index) =>
      banned
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => ({
          line: index + 1,
          message: `${what} may not be read here: take the time, or a clock, as an argument`,
        })),
    );
}

/** checkTypeScriptText gives `{ line, message }` of every violation in one file of src/. */
export function checkTypeScriptText(pathInSrc, text) {
  const folder = folderOf(pathInSrc);
  const code = stripComments(text);
  const lineAt = (offset) => code.slice(0, offset).split('\n').length;
  const found = [];
  if (tierOf(folder) < 0) {
    const message = `src/${folder} is not in the order table of check-layering.mjs`;
    found.push({ line: 1, message });
  }
  for (const match of code.matchAll(TS_IMPORT)) {
    const message = checkImport(pathInSrc, match[1]);
    if (message !== undefined) found.push({ line: lineAt(match.index), message });
  }
  const native = NODE_FILE.exec(code);
  if (native !== null && folder !== 'engine') {
    found.push({ line: lineAt(native.index), message: 'only src/engine may load the .node file' });
  }
  return found;
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
