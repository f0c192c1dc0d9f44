import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'tap';

import { makeFolder, type Program, startProgram } from '../support/gateway.js';

const run = promisify(execFile);

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
    /ss -ltnp .*npm --prefix \S+ start -- --port/,
  ]);
  demo.signal('SIGTERM');
  await demo.exited;
});

test('a second demo of the same folder leaves the first alone, whether it gets a port or not', async (t) => {
  const folder = makeFolder();
  const demo = startDemo(folder);
  await isServing(demo);
  const port = /localhost:(\d+)/.exec(demo.output.text.join('\n'))?.[1] ?? '';
  await startDemo(folder, port).exited;
  const second = startDemo(folder);
  await isServing(second);
  const curl = demo.output.text.find((line) => line.startsWith('curl ')) ?? '';
  const answer = await run('/bin/sh', ['-c', `${curl} -sS --noproxy localhost`], { cwd: '/' });
  t.match(answer.stdout, /^HTTP\/2 200/);
  t.notMatch(demo.output.text.join('\n'), /reload/, 'none of its files has changed');
  for (const one of [second, demo]) {
    one.signal('SIGTERM');
    t.match(await one.exited, { code: 0 });
  }
  t.same(
    readdirSync(join(folder, 'demo')).filter((name) => name.endsWith('.json')),
    [],
  );
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
