import { spawnSync } from 'node:child_process';
import { test } from 'tap';

import { checkNativeText, checkTypeScriptText } from '../../../scripts/check-layering.mjs';

const SCRIPT = new URL('../../../scripts/check-layering.mjs', import.meta.url).pathname;

test('each rule of the native layers catches its violation', async (t) => {
  const violations: [folder: string, line: string][] = [
    ['server', '#include <napi.h>'],
    ['proxy', '#include <mbedtls/ssl.h>'],
    ['policy', '#include "psa/crypto.h"'],
    ['http', '#include <yyjson.h>'],
    ['tls', '#include <sys/socket.h>'],
    ['server', 'int fd = ::socket(AF_INET, SOCK_STREAM, 0);'],
    ['proxy', 'if (send(fd, data, size, 0) < 0) return;'],
    ['server', 'epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);'],
    ['base', '#include "tls/server_session.h"'],
    ['policy', '#include "io/socket.h"'],
    ['proxy', '#include <nghttp2/nghttp2.h>'],
    ['tls', '#include <utf8proc.h>'],
    ['base', '#include "nowhere/x.h"'],
  ];
  for (const [folder, line] of violations) {
    t.match(checkNativeText(folder, `\n${line}\n`), [{ line: 2 }], `${folder}: ${line}`);
  }
});

test('what is in order passes', async (t) => {
  const allowed: [folder: string, line: string][] = [
    ['binding', '#include <napi.h>'],
    ['tls', '#include <mbedtls/ssl.h>'],
    ['snapshot', '#include <yyjson.h>'],
    ['http2', '#include <nghttp2/nghttp2.h>'],
    ['identity', '#include <utf8proc.h>'],
    ['io', 'const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);'],
    ['server', '#include "io/socket.h"'],
    ['proxy', 'session.send(bytes); stream->shutdown(); auto f = std::bind(g, 1);'],
    ['policy', '// the mbedTLS header is #include <mbedtls/ssl.h>; send() is not ours'],
  ];
  for (const [folder, line] of allowed) t.same(checkNativeText(folder, line), [], line);
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
  ];
  for (const [file, line] of violations) {
    t.match(checkTypeScriptText(file, `\n${line}`), [{ line: 2 }], `${file}: ${line}`);
  }
  t.same(checkTypeScriptText('cli/main.ts', "import { x } from '../control/x.js';"), []);
  t.same(checkTypeScriptText('config/a.ts', "import { pin } from '../pins/parse.js';"), []);
  t.same(checkTypeScriptText('engine/load.ts', "require('./pinlatch.node');"), []);
});

test('the script exits 1 and names file and line', async (t) => {
  const root = t.testdir({ native: { base: { 'a.h': '#pragma once\n#include "tls/b.h"\n' } } });
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, root], { encoding: 'utf8' });
  t.equal(status, 1);
  t.match(stderr, 'native/base/a.h:2: base may not include tls');
});
