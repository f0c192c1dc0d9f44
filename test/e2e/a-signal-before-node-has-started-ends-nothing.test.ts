/**
 * The systemd unit has a library loaded before Node itself: until JavaScript can take signals, those that a gateway lives on do
 * nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { constants as system } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { signalsThat, type Taken } from '../../src/signals.js';
import { call } from '../support/client.js';
import { makeFolder, runPinlatch, startGateway } from '../support/gateway.js';
import { eventually } from '../support/vital-signs.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const UNIT = readFileSync(join(ROOT, 'firmware-config', 'pinlatch.service'), 'utf8');
const INSTALLED = /^Environment=LD_PRELOAD=\/opt\/pinlatch\/(\S+)$/m.exec(UNIT)?.[1] ?? '';
const { PINLATCH_ADDON } = process.env;
// Beside whichever addon is tested.
const LIBRARY =
  PINLATCH_ADDON === undefined
    ? join(ROOT, INSTALLED)
    : join(dirname(PINLATCH_ADDON), basename(INSTALLED));

const survived: readonly Taken[] = signalsThat('reload', 'nothing');

test('the library takes exactly the signals that a gateway lives on, and those of a serving process alone', async (t) => {
  const caught = (word: string): bigint => {
    const { stdout } = spawnSync('cat', ['/proc/self/status', word], {
      env: { ...process.env, LD_PRELOAD: LIBRARY },
      encoding: 'utf8',
      cwd: makeFolder(),
    });
    return BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(stdout)?.[1]}`);
  };
  const expected = survived.reduce((mask, name) => {
    const number = system.signals[name];
    return mask | (1n << BigInt(number - 1));
  }, 0n);
  t.equal(caught('run'), expected);
  t.equal(caught('reload'), 0n);
});

test('a gateway that is sent each of them while Node starts serves', async (t) => {
  const { folder, credentials, stop } = await startGateway();
  await stop();
  // Node reads this file before it runs any JavaScript, and waits for a writer.
  const fifo = join(makeFolder(), 'env');
  execFileSync('mkfifo', [fifo]);
  const gateway = runPinlatch(['run', '--log-format', 'json'], {
    cwd: folder,
    flags: [`--env-file=${fifo}`],
    env: { LD_PRELOAD: LIBRARY, NODE_OPTIONS: '' },
  });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  const writer = await eventually(
    async () => {
      try {
        return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
      } catch {
        return -1; // Node is not there yet
      }
    },
    (descriptor) => descriptor >= 0,
  );
  // SIGUSR1 is Node's own at that time, and has tests of its own.
  for (const signal of survived.filter((name) => name !== 'SIGUSR1')) gateway.signal(signal);
  closeSync(writer);
  await gateway.output.event('serving');
  const { port } = await gateway.output.event('listening');
  const { authority, client } = credentials;
  const reply = await call({ port: Number(port), authority, client, path: '/hello' });
  t.equal(reply.status, 200);
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  t.same(gateway.errors.text, []);
});
