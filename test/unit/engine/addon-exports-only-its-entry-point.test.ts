import { readFileSync } from 'node:fs';
import { test } from 'tap';

import { exportedSymbols } from '../../support/elf.js';

const ADDON = new URL('../../../build/Release/pinlatch.node', import.meta.url);

test('the addon exports the two entry points of Node-API and nothing else', async (t) => {
  // Whatever else it exported, Node's own OpenSSL, llhttp or nghttp2 could silently stand in for it.
  t.same(exportedSymbols(readFileSync(ADDON)), [
    'napi_register_module_v1',
    'node_api_module_get_api_version_v1',
  ]);
});

test('the reader of symbols finds them where there are many', async (t) => {
  const symbols = exportedSymbols(readFileSync(process.execPath));
  t.ok(symbols.includes('napi_create_object'));
  t.notOk(symbols.includes('malloc_that_nobody_has'));
});
