import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';

import { makeFolder, type Program, startProgram } from '../support/gateway.js';

const MAIN = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

const startDemo = (folder: string, port = '0'): Program =>
  startProgram([MAIN, '--port', port, '--folder', 'demo'], { cwd: folder });

async function isServing(demo: Program): Promise<void> {
  await demo.output.findText((line) => line === 'Ctrl-C stops it.');
}

test('a port that is taken is said in one line, with what to do', async (t) => {
  const folder = makeFolder();
  const demo = startDemo(folder);
  await isServing(demo);
  const port = /localhost:(\d+)/.exec(demo.output.text.join('\n'))?.[1] ?? '';
  const second = startDemo(folder, port);
  t.match(await second.exited, { code: 1 });
  t.match(second.errors.text, [
    `pinlatch demo: port ${port} of 127.0.0.1 cannot be used: address in use: 127.0.0.1:${port}`,
    /ss -ltnp .*npm start -- --port/,
  ]);
  demo.signal('SIGTERM');
  await demo.exited;
});

test('the certificates are made once and used again', async (t) => {
  const folder = makeFolder();
  const prints: string[] = [];
  for (let run = 0; run < 2; run++) {
    const demo = startDemo(folder);
    await isServing(demo);
    prints.push(readFileSync(join(folder, 'demo', 'ca.crt'), 'utf8'));
    demo.signal('SIGTERM');
    await demo.exited;
  }
  t.equal(prints[0], prints[1]);
});
