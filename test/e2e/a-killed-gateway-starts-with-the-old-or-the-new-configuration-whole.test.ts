import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { type IssuedCertificate, issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import {
  type Credentials,
  makeCredentials,
  makeFolder,
  usualConfig,
  writeCredentials,
} from '../support/gateway.js';
import { inParallel } from '../support/in-parallel.js';
import { makeStateFolder } from '../support/restarts.js';

const PROGRAM = fileURLToPath(new URL('../support/reload-forever.mjs', import.meta.url));

// With a number of its own it takes as long as that takes; else it ends in time for every machine, and says how far it came.
const { PINLATCH_TEST_KILLS } = process.env;
const KILLS = Number(PINLATCH_TEST_KILLS ?? 500);
const LONGEST_MS = PINLATCH_TEST_KILLS === undefined ? 85_000 : Number.POSITIVE_INFINITY;
const LANES = 2;
const LONGEST_RUN_MS = 60;
const LONGEST_START_MS = 400;

// The two configurations differ in a route and in a pin: half of one and half of the other would be seen.
interface Sides {
  readonly credentials: Credentials;
  readonly a: IssuedCertificate;
  readonly b: IssuedCertificate;
}

function writeSides(folder: string): Sides {
  const credentials = makeCredentials();
  const { authority } = credentials;
  const sides = { credentials, a: issueClient(authority, 'a'), b: issueClient(authority, 'b') };
  makeStateFolder(folder);
  writeCredentials(folder, credentials);
  for (const side of ['a', 'b'] as const) {
    const config = usualConfig({ ...credentials, client: sides[side] });
    const match = { path: '/hello' };
    const routes = [{ name: side, match, allow: ['client'], respond: { json: side } }];
    writeFileSync(
      join(folder, `${side}.json`),
      JSON.stringify({ ...config, workers: 1, routes, watch: false }),
    );
  }
  copyFileSync(join(folder, 'a.json'), join(folder, 'gateway.json'));
  return sides;
}

interface Running {
  readonly child: ChildProcess;
  /** Undefined when it ended before. */
  nextLine(): Promise<string | undefined>;
}

function run(folder: string): Running {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin?.on('error', () => undefined); // it was killed
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[
    Symbol.asyncIterator
  ]();
  return { child, nextLine: async () => (await lines.next()).value };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => void child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** sideOf asks as both clients; anything but the whole of one side is an error. */
async function sideOf(port: number, { credentials, a, b }: Sides): Promise<'a' | 'b'> {
  const ask = (client: IssuedCertificate) =>
    call({ port, authority: credentials.authority, client, path: '/hello' });
  const [first, second] = await Promise.all([ask(a), ask(b)]);
  const seen = JSON.stringify([first.status, first.status === 200 ? first.body : second.body]);
  if (first.status === 200 && first.body === '"a"' && second.status === 403) return 'a';
  if (first.status === 403 && second.body === '"b"' && second.status === 200) return 'b';
  throw new Error(`neither the old nor the new configuration: ${seen}`);
}

/** startOnce makes sure that something is kept. */
async function startOnce(folder: string, sides: Sides): Promise<void> {
  const { child, nextLine } = run(folder);
  try {
    await sideOf(JSON.parse((await nextLine()) ?? '').port, sides);
  } finally {
    await kill(child);
  }
}

interface Tally {
  kills: number;
  readonly restarts: Record<string, number>;
}

/** killOnce starts it, looks at what serves, lets it reload for a while and kills it. */
async function killOnce(folder: string, sides: Sides, tally: Tally): Promise<void> {
  const config = join(folder, 'gateway.json');
  if (Math.random() < 0.5) writeFileSync(config, '{');
  // It may have been broken before, and killed before it was whole again.
  const broken = readFileSync(config, 'utf8') === '{';
  const { child, nextLine } = run(folder);
  try {
    if (Math.random() < 0.1) {
      await delay(Math.random() * LONGEST_START_MS); // killed while it starts
      return;
    }
    const line = await nextLine();
    if (line === undefined) throw new Error('it did not start again');
    const { port, origin } = JSON.parse(line);
    if ((origin === 'last-good') !== broken) throw new Error(`${origin} serves`);
    const key = `${origin} ${await sideOf(port, sides)}`;
    tally.restarts[key] = (tally.restarts[key] ?? 0) + 1;
    child.stdin?.write('go\n');
    await nextLine();
    await delay(Math.random() * LONGEST_RUN_MS);
  } finally {
    await kill(child);
    tally.kills++;
  }
}

test('killed at random points while it reloads and keeps: old or new, whole', async (t) => {
  const end = Date.now() + LONGEST_MS;
  const tally: Tally = { kills: 0, restarts: {} };
  await inParallel(Array.from({ length: LANES }), LANES, async () => {
    const folder = makeFolder();
    const sides = writeSides(folder);
    await startOnce(folder, sides);
    while (tally.kills < KILLS && Date.now() < end) await killOnce(folder, sides, tally);
  });
  t.comment(`killed ${tally.kills} times; it started with ${JSON.stringify(tally.restarts)}`);
  t.ok(tally.kills >= Math.min(KILLS, 50), 'it was killed often enough to tell');
  for (const origin of ['live', 'last-good']) {
    for (const side of ['a', 'b']) t.ok(tally.restarts[`${origin} ${side}`], `${origin} ${side}`);
  }
});
