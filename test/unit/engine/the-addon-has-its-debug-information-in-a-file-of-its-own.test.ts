import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';

import { sectionNames } from '../../support/elf.js';

const addon = fileURLToPath(new URL('../../../build/Release/pinlatch.node', import.meta.url));

test('what is loaded has no debug information, and names the file that has it', async (t) => {
  if (spawnSync('objcopy', ['--version']).error !== undefined) {
    t.comment('skipped: there is no objcopy here');
    return;
  }
  const names = sectionNames(readFileSync(addon));
  t.ok(names.includes('.gnu_debuglink'));
  t.same(
    names.filter((name) => name.startsWith('.debug') || name === '.symtab'),
    [],
  );
  t.ok(existsSync(`${addon}.debug`));
  t.ok(sectionNames(readFileSync(`${addon}.debug`)).includes('.debug_line'));
});
