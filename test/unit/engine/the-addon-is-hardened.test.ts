import { readFileSync } from 'node:fs';
import { test } from 'tap';

import { importedSymbols } from '../../support/elf.js';
import { hardeningOf } from '../../support/elf-hardening.js';

const addon = readFileSync(new URL('../../../build/Release/pinlatch.node', import.meta.url));
const { machine, properties, marks, ...layout } = hardeningOf(addon);

test('its memory is laid out so that data is no code and tables are read-only', async (t) => {
  t.same(layout, {
    relro: true,
    bindNow: true,
    executableStack: false,
    writableCode: false,
    textRelocations: false,
    searchPath: false,
  });
});

test('stacks, buffers and containers are checked', async (t) => {
  const imports = importedSymbols(addon);
  t.ok(imports.includes('__stack_chk_fail'), 'stack protector');
  for (const name of ['__memcpy_chk', '__memset_chk']) {
    t.ok(imports.includes(name), `the C library's check of a buffer: ${name}`);
  }
  t.ok(
    imports.some((name) => name.includes('glibcxx_assert_fail')),
    'assertions of the standard library',
  );
});

test('returns and indirect jumps are guarded where the processor can', async (t) => {
  if (machine === 'x86-64') {
    t.ok(properties.includes('SHSTK'), 'runs under a shadow stack');
    t.ok(marks > 1000, `endbr64 where jumps go: ${marks}`);
  } else if (machine === 'aarch64') {
    t.ok(marks > 1000, `signed return addresses and landing pads: ${marks}`);
  } else {
    t.equal(machine, 'arm', 'which has neither');
  }
});
