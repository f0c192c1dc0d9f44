import { execFileSync } from 'node:child_process';
import { test } from 'tap';

import { shellCommand } from '../../src/shell-words.js';

test('a shell takes every word apart as it was', async (t) => {
  const words = [
    'a b',
    "it's",
    '$HOME',
    '`id`',
    '*',
    '',
    'x"y',
    '\\',
    'é',
    'plain-1.2/3:4=5',
    '#',
    '~',
  ];
  const command = shellCommand(['printf', '%s\\n', ...words]);
  t.equal(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }), `${words.join('\n')}\n`);
});

test('words that need no quotes get none', async (t) => {
  t.equal(
    shellCommand(['curl', '--cert', 'certs/demo/a.crt', 'https://localhost:8443/api']),
    'curl --cert certs/demo/a.crt https://localhost:8443/api',
  );
});
