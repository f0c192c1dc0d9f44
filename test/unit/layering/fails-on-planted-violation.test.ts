import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'tap';

import { checkClock } from '../../../scripts/check-clocks.mjs';
import {
  checkNativeText,
  checkTree,
  checkTypeScriptText,
  readGraph,
} from '../../../scripts/check-layering.mjs';

const SCRIPT = new URL('../../../scripts/check-layering.mjs', import.meta.url).pathname;
const GRAPH = readGraph(readFileSync(new URL('../../../CMakeLists.txt', import.meta.url), 'utf8'));

test('each rule of the native layers catches its violation', async (t) => {
  const violations: [folder: string, line: string][] = [
    ['server', '#include <napi.h>'],
    ['exchange', '#include <mbedtls/ssl.h>'],
    ['policy', '#include "psa/crypto.h"'],
    ['http', '#include <yyjson.h>'],
    ['session', '#include <sys/socket.h>'],
    ['server', 'int fd = ::socket(AF_INET, SOCK_STREAM, 0);'],
    ['downstream', 'if (send(fd, data, size, 0) < 0) return;'],
    ['server', 'epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);'],
    ['base', '#include "session/server_session.h"'],
    ['policy', '#include "io/socket.h"'],
    ['upstream', '#include <nghttp2/nghttp2.h>'],
    ['names', '#include <utf8proc.h>'],
    ['base', '#include "nowhere/x.h"'],
    ['policy', '#include <io/socket.h>'],
    ['policy', '#include SOCKET_HEADER'],
    ['policy', '#include_next "io/socket.h"'],
  ];
  for (const [folder, line] of violations) {
    t.match(checkNativeText(GRAPH, folder, `\n${line}\n`), [{ line: 2 }], `${folder}: ${line}`);
  }
});

test('what is in order passes', async (t) => {
  const allowed: [folder: string, line: string][] = [
    ['binding', '#include <napi.h>'],
    ['session', '#include <mbedtls/ssl.h>'],
    ['snapshot', '#include <yyjson.h>'],
    ['http2', '#include <nghttp2/nghttp2.h>'],
    ['identity', '#include <utf8proc.h>'],
    ['io', 'const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);'],
    ['server', '#include "io/socket.h"'],
    ['server', '#include <sys/stat.h>'],
    ['exchange', 'session.send(bytes); stream->shutdown(); auto f = std::bind(g, 1);'],
    ['policy', '// the mbedTLS header is #include <mbedtls/ssl.h>; send() is not ours'],
  ];
  for (const [folder, line] of allowed) t.same(checkNativeText(GRAPH, folder, line), [], line);
});

test('imports in src/ follow the table', async (t) => {
  const violations: [file: string, line: string][] = [
    ['engine/binding.ts', "import { load } from '../config/load.js';"],
    ['pins/parse.ts', "import type { Gateway } from '../control/gateway.js';"],
    ['routing/order.ts', "export { run } from '../cli/main.js';"],
    ['control/gateway.ts', "const cli = await import('../cli/main.js');"],
    ['errors.ts', "import { load } from './config/load.js';"],
    ['control/load.ts', "require('../../build/Release/pinlatch.node');"],
    ['config/load.ts', "import { x } from '../helpers/x.js';"],
    ['pins/parse.ts', 'const serve = await import(path);'],
    ['pins/parse.ts', 'const serve = await import(`../control/serve.js`);'],
    ['pins/parse.ts', "createRequire(import.meta.url)('../control/serve.js');"],
    ['pins/parse.ts', "import module from 'node:module';"],
    ['pins/parse.ts', "const serve = require('../control/serve.js');"],
    ['pins/parse.ts', "import serve = require('../control/serve.js');"],
    ['pins/parse.ts', "const path = require.resolve('x');"],
    ['pins/parse.ts', "const fs = process.getBuiltinModule('node:' + name);"],
  ];
  for (const [file, line] of violations) {
    t.match(checkTypeScriptText(file, `\n${line}`), [{ line: 2 }], `${file}: ${line}`);
  }
  t.same(checkTypeScriptText('cli/main.ts', "import { x } from '../control/x.js';"), []);
  t.same(checkTypeScriptText('config/a.ts', "import { pin } from '../pins/parse.js';"), []);
  t.same(checkTypeScriptText('engine/load.ts', "require('./pinlatch.node');"), []);
  t.same(checkTypeScriptText('cli/a.ts', "const run = (await import('./run.js')).run;"), []);
  t.same(checkTypeScriptText('cli/a.ts', 'requirePublic(path, stats);'), []);
});

test('whatever decides looks at no clock but the one that it is given', async (t) => {
  const violations: [file: string, line: string][] = [
    ['native/policy/judge.cc', 'const UnixSeconds now = UnixNow();'],
    ['native/exchange/exchange_admission.cc', 'Judge(ask, UnixNow());'],
    ['native/server/server.cc', 'const ClockReading clock(UnixNow(), BuildDate());'],
    ['native/trust/verifier.cc', 'auto now = std::chrono::system_clock::now();'],
    ['native/session/ticket_body.cc', 'const time_t now = std::time(nullptr);'],
    ['native/session/ticket_body.cc', 'const time_t now = time(NULL);'],
    ['native/session/session_tickets.cc', 'clock_gettime(CLOCK_REALTIME, &now);'],
    ['native/policy/pin_times.cc', 'return until * 1000 > LogStampNow();'],
    ['native/session/session_tickets.cc', 'clock_gettime(CLOCK_REALTIME_COARSE, &now);'],
    ['native/session/session_tickets.cc', 'syscall(SYS_clock_gettime, 0, &now);'],
    ['native/policy/decide.cc', 'std::timespec_get(&now, TIME_UTC);'],
    ['native/policy/decide.cc', 'auto now = std::chrono::utc_clock::now();'],
    ['native/policy/decide.cc', 'auto now = std::filesystem::file_time_type::clock::now();'],
    ['native/policy/decide.cc', 'auto now = Clock::now();'],
    ['native/policy/decide.cc', 'auto now = std::time(out);'],
    ['native/policy/decide.cc', 'const MonotonicTime now = MonotonicNow();'],
    ['native/match/texts.cc', 'auto now = std::chrono::steady_clock::now();'],
    ['src/explain/access.ts', 'const time = Date.now();'],
    ['src/explain/access.ts', 'const { now } = Date;'],
    ['src/explain/access.ts', "const time = Date['now']();"],
    ['src/explain/access.ts', 'const time = globalThis.Date().length;'],
    ['src/admin/admin-status.ts', 'const now = new Date();'],
    ['src/admin/admin-status.ts', 'const now = new Date;'],
    ['src/config/config.ts', 'const now = performance.timeOrigin + performance.now();'],
    ['src/config/config.ts', 'const now = Temporal.Now.instant();'],
    ['src/config/config.ts', 'const now = new Intl.DateTimeFormat().format();'],
  ];
  for (const [file, line] of violations) {
    t.match(checkClock(file, `\n${line}\n`), [{ line: 2 }], `${file}: ${line}`);
  }
  const allowed: [file: string, line: string][] = [
    ['native/exchange/exchange_admission.cc', 'const UnixSeconds now = worker_.wall_now();'],
    ['native/policy/judge.cc', '// UnixNow() is not called here'],
    ['native/log/security_log.cc', 'BeginEvent(worker, event, LogStampNow());'],
    ['native/trust/verifier.cc', 'const UnixSeconds end = acceptance.end_time(0);'],
    ['src/document/moment.ts', 'return new Date(seconds * 1000).toISOString();'],
    ['src/reload/outcome.ts', 'const time = Date.now();'],
    ['src/document/moment.ts', 'return Date.UTC(year, month) + Date.parse(text);'],
    ['src/document/moment.ts', 'const updated: number = toDate(dates.lastUpDate);'],
    ['native/upstream/pool.cc', 'const MonotonicTime now = std::chrono::steady_clock::now();'],
    ['native/policy/judge.cc', 'bool Judge(const WallClock& clock, time_t time);'],
  ];
  for (const [file, line] of allowed) t.same(checkClock(file, line), [], `${file}: ${line}`);
});

test('a look at the clock is found in a whole tree, in both planes', async (t) => {
  const root = t.testdir({
    'CMakeLists.txt': 'pinlatch_layer(base)\n',
    native: { base: { 'a.cc': 'auto now = UnixNow();\n', 'clock.h': 'auto now = UnixNow();\n' } },
    src: { admin: { 'a.ts': 'const now = Date.now();\n' } },
  });
  t.match(checkTree(root), [
    { file: 'native/base/a.cc', line: 1 },
    { file: 'src/admin/a.ts', line: 1 },
  ]);
  t.equal(checkTree(root).length, 2);
});

test('a folder names only folders above it, and those that it uses', async (t) => {
  const cmake = 'pinlatch_layer(base)\npinlatch_layer(http DEPENDS base io)\npinlatch_layer(io)\n';
  t.throws(() => readGraph(cmake), /http uses io, which does not stand above it/);
  const root = t.testdir({
    'CMakeLists.txt': 'pinlatch_layer(base)\npinlatch_layer(http DEPENDS base\n  LIBS yyjson)\n',
    native: { base: { 'a.h': '#pragma once\n' }, http: { 'b.h': '#pragma once\n' } },
  });
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' });
  t.equal(status, 1);
  t.match(stderr, 'http names base, which it does not use');
  t.match(stderr, 'http names yyjson, which it does not use');
});

test('the script exits 1 and names file and line', async (t) => {
  const root = t.testdir({
    'CMakeLists.txt': 'pinlatch_layer(base)\npinlatch_layer(io DEPENDS base)\n',
    native: { base: { 'a.h': '#pragma once\n#include "io/b.h"\n' } },
  });
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' });
  t.equal(status, 1);
  t.match(stderr, 'native/base/a.h:2: base may not include io');
});
