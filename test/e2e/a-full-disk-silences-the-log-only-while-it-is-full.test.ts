import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { makeFolder } from '../support/gateway.js';
import { type RedirectedGateway, readLog, startRedirected, until } from '../support/log-file.js';

const APPENDING = 'exec "$@" >> log';

// A limit of a file's size is what a test can have of a full disk: to the writer the same, but for the name (EFBIG).
function limitFiles({ pid }: RedirectedGateway, bytes: number | 'unlimited'): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}

type LogOfStatus = { readonly failure: string; readonly since: number | null };

const logOf = async (gateway: RedirectedGateway): Promise<LogOfStatus> =>
  (await gateway.status()).log as LogOfStatus;

const hello = async ({ port, credentials }: RedirectedGateway): Promise<number> => {
  const { authority, client } = credentials;
  return (await call({ port, authority, client, path: '/hello' })).status;
};

/** fail has a client refused until its lines cannot be written. */
async function fail(gateway: RedirectedGateway): Promise<void> {
  const { port, credentials } = gateway;
  const { authority } = credentials;
  const stranger = issueClient(authority, 'a client that is pinned nowhere');
  await until(async () => {
    await call({ port, authority, client: stranger, path: '/hello' }).catch(() => undefined);
    return (await logOf(gateway)).failure === '' ? undefined : true;
  });
}

const isResumed = ({ event }: Record<string, unknown>): boolean => event === 'log-resumed';

async function resumed(path: string): Promise<Record<string, unknown>> {
  return until(() => {
    const whole = readFileSync(path, 'utf8').includes('"log-resumed"');
    return whole ? readLog(path).find(isResumed) : undefined;
  });
}

test('a log that finds room again goes on where it stopped, and says for how long it was silent', async (t) => {
  const gateway = await startRedirected(APPENDING);
  const path = join(gateway.folder, 'log');
  limitFiles(gateway, 8000);
  await fail(gateway);
  t.match(await logOf(gateway), { failure: /EFBIG/, since: Number });
  await gateway.errors.findText((line) => /standard output cannot be written.*EFBIG/.test(line));
  t.equal(await hello(gateway), 200);

  limitFiles(gateway, 'unlimited');
  t.match(await resumed(path), { level: 'warning', reason: /EFBIG/, count: Number });
  t.same(await logOf(gateway), { failure: '', since: null });
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  const events = readLog(path).map(({ event }) => event);
  t.equal(events[0], 'starting');
  t.equal(events.at(-1), 'stopped');
  t.equal(gateway.errors.text.length, 1, 'told once');
});

test('a log that is cut to make room goes on with whole lines', async (t) => {
  const gateway = await startRedirected(APPENDING);
  const path = join(gateway.folder, 'log');
  limitFiles(gateway, 8000);
  await fail(gateway);
  truncateSync(path);
  t.ok(await resumed(path));
  t.equal(await hello(gateway), 200);
  limitFiles(gateway, 'unlimited');
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  t.equal(readLog(path).at(-1)?.event, 'stopped');
});

test('a line that a full disk cut off before a start stays apart from what is logged now', async (t) => {
  const folder = makeFolder();
  const path = join(folder, 'log');
  writeFileSync(path, '{"time":1}\n{"tim');
  const gateway = await startRedirected(APPENDING, folder);
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  const [whole, torn, ...lines] = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  t.same([whole, torn], ['{"time":1}', '{"tim']);
  t.match(JSON.parse(lines[0] ?? ''), { event: 'starting' });
  writeFileSync(path, lines.join('\n').concat('\n'));
  const next = await startRedirected(APPENDING, folder);
  next.signal('SIGTERM');
  t.same(await next.exited, { code: 0, signal: null });
  t.equal(readLog(path).filter(({ event }) => event === 'starting').length, 2, 'no empty line');
});

test('a gateway starts, serves and ends without room for a single line', async (t) => {
  const gateway = await startRedirected('exec "$@" > /dev/full');
  t.equal(await hello(gateway), 200);
  t.match(await logOf(gateway), { failure: /ENOSPC/ });
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  t.match(gateway.errors.text, [/^pinlatch: standard output cannot be written.*ENOSPC/]);
});

test('standard error that is the same full device ends nothing', async (t) => {
  const gateway = await startRedirected('exec "$@" > /dev/full 2>&1');
  t.equal(await hello(gateway), 200);
  t.match(await logOf(gateway), { failure: /ENOSPC/ });
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
});

test('a named pipe whose reader was replaced is written to again', async (t) => {
  const folder = makeFolder();
  const pipe = join(folder, 'log');
  t.equal(spawnSync('mkfifo', [pipe]).status, 0);
  const read = () => {
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.teardown(() => void reader.kill('SIGKILL'));
    const seen = { text: '' };
    reader.stdout.on('data', (chunk: Buffer) => {
      seen.text += chunk.toString();
    });
    return { reader, seen };
  };
  const first = read();
  const gateway = await startRedirected('exec "$@" > log', folder);
  first.reader.kill('SIGKILL');
  await fail(gateway);
  await gateway.errors.findText((line) => line.includes('standard output is gone'));
  const second = read();
  await until(() => (second.seen.text.includes('"log-resumed"') ? true : undefined));
  t.equal(await hello(gateway), 200);
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  const lines = second.seen.text.slice(second.seen.text.indexOf('\n')).split('\n');
  for (const line of lines.filter((one) => one !== '')) t.ok(JSON.parse(line));
});
