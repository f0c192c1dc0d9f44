#!/usr/bin/env node
// Holds the source to the design's layers: which folder may include or import which, and where
// napi.h, mbedTLS, yyjson, nghttp2, utf8proc, socket calls and the .node file may appear. Reads text, builds nothing.
// usage: check-layering.mjs [root]

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** NATIVE_ORDER: a folder of native/ may include itself and those before it. As in CMakeLists.txt. */
export const NATIVE_ORDER = [
  'base',
  'telemetry',
  'snapshot',
  'http',
  'http2',
  'crypto',
  'identity',
  'tls',
  'policy',
  'proxy_protocol',
  'io',
  'proxy',
  'server',
  'binding',
];

/** TS_ORDER: a folder of src/ may import its own tier and those before it; cli is on top. */
export const TS_ORDER = [
  ['.'], // files directly in src/: words that all share, such as the error type
  ['engine'],
  ['config', 'pins', 'conditions', 'routing'],
  ['snapshot'],
  ['telemetry'],
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

/** NATIVE_RULES: what may appear in `folders` only. */
const NATIVE_RULES = [
  {
    what: 'Node-API',
    pattern: /#\s*include\s*[<"](napi|node_api|js_native_api)(-inl)?\.h[>"]/,
    folders: ['binding'],
  },
  {
    what: 'mbedTLS',
    pattern: /#\s*include\s*[<"](mbedtls|psa)\//,
    folders: ['crypto', 'identity', 'tls'],
  },
  { what: 'yyjson', pattern: /#\s*include\s*[<"]yyjson\.h[>"]/, folders: ['snapshot'] },
  { what: 'nghttp2', pattern: /#\s*include\s*[<"]nghttp2\//, folders: ['http2'] },
  { what: 'utf8proc', pattern: /#\s*include\s*[<"]utf8proc\.h[>"]/, folders: ['identity'] },
  { what: 'a socket header', pattern: SOCKET_HEADERS, folders: ['io'] },
  { what: 'a socket system call', pattern: SOCKET_CALLS, folders: ['io'] },
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
function checkInclude(folder, line) {
  const path = /#\s*include\s*"([^"]+)"/.exec(line)?.[1];
  if (path === undefined) return undefined;
  if (path === MBEDTLS_HOOKS && folder === 'crypto') return undefined;
  const target = path.split('/')[0];
  const rank = NATIVE_ORDER.indexOf(target);
  if (rank < 0) return `include "${path}" does not start with a layer's folder`;
  if (rank > NATIVE_ORDER.indexOf(folder)) return `${folder} may not include ${target}`;
  return undefined;
}

function checkNativeLine(folder, line) {
  const broken = NATIVE_RULES.filter(
    (rule) => !rule.folders.includes(folder) && rule.pattern.test(line),
  ).map((rule) => `${rule.what} belongs in ${rule.folders.join(', ')} only, not in ${folder}`);
  const vendored = NATIVE_RULES.some((rule) => rule.pattern.test(line));
  const order = vendored ? undefined : checkInclude(folder, line);
  return order === undefined ? broken : [...broken, order];
}

/** checkNativeText gives `{ line, message }` of every violation in one C++ file of `folder`. */
export function checkNativeText(folder, text) {
  return stripComments(text)
    .split('\n')
    .flatMap((line, index) =>
      checkNativeLine(folder, line).map((message) => ({ line: index + 1, message })),
    );
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

/** checkTree gives every violation under `root`, as `{ file, line, message }`. */
export function checkTree(root) {
  const native = NATIVE_ORDER.flatMap((folder) =>
    listFiles(join(root, 'native', folder), ['.cc', '.h', '.def']).flatMap((path) =>
      checkNativeText(folder, readFileSync(path, 'utf8')).map((found) => ({ path, ...found })),
    ),
  );
  const src = join(root, 'src');
  const typescript = listFiles(src, ['.ts']).flatMap((path) =>
    checkTypeScriptText(relative(src, path), readFileSync(path, 'utf8')).map((found) => ({
      path,
      ...found,
    })),
  );
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
