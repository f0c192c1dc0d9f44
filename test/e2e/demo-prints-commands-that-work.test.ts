/**
 * Runs what `npm start` runs, on a free port and in a folder of its own, and pastes what it prints into a shell.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';

import { makeFolder, type Program, startProgram } from '../support/gateway.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** cannotRun is why a test is skipped: the words in which curl fails are those of OpenSSL. */
function cannotRun(): string | false {
  const { status, stdout } = spawnSync('curl', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return 'curl is not installed';
  return stdout.includes('OpenSSL') ? false : 'curl is not built with OpenSSL';
}

function startDemo(folder: string): Program {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [node, script] = scripts.start.split(' ');
  if (node !== 'node') throw new Error(`npm start is not a script of node: ${scripts.start}`);
  return startProgram([join(ROOT, script), '--port', '0', '--folder', 'certs/demo'], {
    cwd: folder,
  });
}

async function printedCommands({ output }: Program): Promise<readonly string[]> {
  await output.findText((line) => line.startsWith('Ctrl-C'));
  return output.text.filter((line) => line.startsWith('curl '));
}

interface Result {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** paste runs a command line as a shell in `cwd` would. */
function paste(command: string, cwd: string): Promise<Result> {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    // A proxy for the world outside is not for localhost, whoever forgot to say so on this machine.
    env: { ...process.env, NO_PROXY: 'localhost', no_proxy: 'localhost' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
      resolve({ code, output: text(output), errors: text(errors) });
    });
  });
}

const bodyOf = ({ output }: Result): unknown => JSON.parse(output.split('\r\n\r\n')[1] ?? '');

// 35 and 56 are curl's for a handshake that fails, in its course or, in TLS 1.3, when the client thinks it is over.
const TLS_FAILED = [35, 56];

test('the commands that the demo prints do what it says of them', {
  skip: cannotRun(),
}, async (t) => {
  const folder = makeFolder();
  const demo = startDemo(folder);
  const commands = await printedCommands(demo);
  t.equal(commands.length, 4);
  const results: Result[] = [];
  for (const command of commands) results.push(await paste(command, '/')); // any folder will do
  const [pinned, unpinned, none, stranger] = results as [Result, Result, Result, Result];

  t.equal(pinned.code, 0, pinned.errors);
  t.match(pinned.output, /^HTTP\/2 200 /);
  t.match(pinned.output, /^content-type: application\/json\r$/im);
  t.same(bodyOf(pinned), { name: 'John Doe', id: '123' });

  t.equal(unpinned.code, 0, unpinned.errors);
  t.match(unpinned.output, /^HTTP\/2 403 /);
  t.match(unpinned.output, /^content-type: application\/problem\+json\r$/im);
  t.match(bodyOf(unpinned), { status: 403, code: 'not-pinned', requestId: /./ });

  for (const [result, alert] of [
    [none, 'alert certificate required'],
    [stranger, 'unknown ca'],
  ] as const) {
    t.ok(TLS_FAILED.includes(result.code ?? -1), `${result.code}: ${result.errors}`);
    t.ok(result.errors.includes(alert), result.errors);
    t.equal(result.output, '');
  }

  demo.signal('SIGINT');
  t.same(await demo.exited, { code: 0, signal: null }, 'Ctrl-C ends it');
});
