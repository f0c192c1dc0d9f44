import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';

import { makeFolder, type Program, startProgram } from '../support/gateway.js';

const MAIN = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

const curl = (() => {
  try {
    return execFileSync('curl', ['--version'], { encoding: 'utf8' });
  } catch {
    return '';
  }
})();

const startDemo = (folder: string, port = '0'): Program =>
  startProgram([MAIN, '--port', port, '--folder', 'demo'], { cwd: folder });

interface Shown {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function paste(command: string, cwd: string): Promise<Shown> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function commandsOf(demo: Program): Promise<string[]> {
  await demo.output.findText((line) => line === 'Ctrl-C ends it.');
  return demo.output.text.filter((line) => line.startsWith('curl '));
}

test('the four commands, pasted as printed, show what is said above them', async (t) => {
  if (!curl.includes('OpenSSL')) return void t.comment('skipped: there is no curl with OpenSSL');
  const folder = makeFolder();
  const demo = startDemo(folder);
  const commands = await commandsOf(demo);
  t.equal(commands.length, 4);
  const [pinned, unpinned, none, stranger] = await Promise.all(
    commands.map((command) => paste(command, folder)),
  );
  t.equal(pinned?.code, 0);
  t.match(pinned?.stdout, /^HTTP\/1\.1 200 /);
  t.ok(pinned?.stdout.endsWith('{"name":"John Doe","id":"123"}'));
  t.match(
    unpinned?.stdout,
    /^HTTP\/1\.1 403 [\s\S]*application\/problem\+json[\s\S]*"code":"not-pinned"/,
  );
  t.not(none?.code, 0);
  t.match(none?.stderr, /alert certificate required/);
  t.not(stranger?.code, 0);
  t.match(stranger?.stderr, /unknown ca/);
  demo.signal('SIGINT');
  t.same(await demo.exited, { code: 0, signal: null });
});

test('a port that is taken is said in one line, with what to do', async (t) => {
  const folder = makeFolder();
  const demo = startDemo(folder);
  await commandsOf(demo);
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
    await commandsOf(demo);
    prints.push(readFileSync(join(folder, 'demo', 'ca.crt'), 'utf8'));
    demo.signal('SIGTERM');
    await demo.exited;
  }
  t.equal(prints[0], prints[1]);
});
