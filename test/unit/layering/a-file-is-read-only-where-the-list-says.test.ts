/**
 * Owns the promise of DESIGN.md that the content of a secret file never reaches src/, as far as the text of src/ can show it: few
 * files read any, and no other can.
 */
import { test } from 'tap';

import { checkTypeScriptText } from '../../../scripts/check-layering.mjs';

test('a file of src/ that is not on the list reads no file', async (t) => {
  const violations: [file: string, line: string][] = [
    ['config/material.ts', "import { readFile } from 'node:fs/promises';"],
    ['reload/attempt.ts', "import { readFileSync } from 'node:fs';"],
    ['reload/attempt.ts', "import { stat, open as look } from 'node:fs/promises';"],
    ['reload/attempt.ts', "import { type Stats, createReadStream } from 'node:fs';"],
    ['reload/attempt.ts', "import { copyFile } from 'node:fs/promises';"],
    ['reload/attempt.ts', "import fs from 'node:fs';"],
    ['reload/attempt.ts', "import * as fs from 'fs/promises';"],
    ['reload/attempt.ts', "import fs, { stat } from 'node:fs';"],
    ['reload/attempt.ts', "export { readFile } from 'node:fs/promises';"],
    ['reload/attempt.ts', "const { readFile } = await import('node:fs/promises');"],
    ['reload/attempt.ts', "import { promises } from 'node:fs';"],
    ['reload/attempt.ts', "import { execFile } from 'node:child_process';"],
    ['reload/attempt.ts', "const { Worker } = await import('worker_threads');"],
    ['reload/attempt.ts', 'process.loadEnvFile(path);'],
    ['reload/attempt.ts', "import { readBytes } from '../config/read-file.js';"],
    ['config/material.ts', "import { readText } from './read-file.js';"],
  ];
  for (const [file, line] of violations) {
    t.match(checkTypeScriptText(file, `\n${line}`), [{ line: 2 }], `${file}: ${line}`);
  }
  const spread = "import {\n  type Stats,\n  readFile,\n} from 'node:fs/promises';";
  t.match(checkTypeScriptText('config/material.ts', spread), [
    { line: 4, message: /^readFile reads files/ },
  ]);
});

test('looking at files is no reading, and the few that read may', async (t) => {
  const allowed: [file: string, line: string][] = [
    ['config/material.ts', "import { access, stat } from 'node:fs/promises';"],
    ['config/material.ts', "import { type BigIntStats, constants } from 'node:fs';"],
    ['config/way.ts', "import type { ReadStream } from 'node:fs';"],
    ['config/public-file.ts', "import { open, stat } from 'node:fs/promises';"],
    ['cli/pin.ts', "import { readBytes } from '../config/read-file.js';"],
    ['sources/file-source.ts', "import { readText } from '../config/read-file.js';"],
    ['reload/attempt.ts', "// import fs from 'node:fs';"],
  ];
  for (const [file, line] of allowed) t.same(checkTypeScriptText(file, line), [], line);
});
