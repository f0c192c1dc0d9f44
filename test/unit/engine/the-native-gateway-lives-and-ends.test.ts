import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { createGateway, type NativeGateway } from '../../../src/engine/native.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { call } from '../../support/client.js';
import {
  type Credentials,
  makeCredentials,
  makeFolder,
  usualConfig,
  writeCredentials,
} from '../../support/gateway.js';

async function started(): Promise<{
  native: NativeGateway;
  port: number;
  credentials: Credentials;
}> {
  const folder = makeFolder();
  const credentials = makeCredentials();
  writeCredentials(folder, credentials);
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify(usualConfig(credentials)));
  const compiled = await compileFile(file);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const native = createGateway();
  const issues = native.apply(compiled.document);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  const [listener] = native.start();
  if (listener === undefined) throw new Error('no listener');
  return { native, port: listener.port, credentials };
}

const hello = ({ port, credentials }: { port: number; credentials: Credentials }) =>
  call({ port, authority: credentials.authority, client: credentials.client, path: '/hello' });

/** whileAwake waits: announcements alone do not keep a process alive, and a test has nothing else to. */
async function whileAwake<T>(promise: Promise<T>): Promise<T> {
  const awake = setInterval(() => {}, 1000);
  try {
    return await promise;
  } finally {
    clearInterval(awake);
  }
}

/** collect drains at every announcement until there are `count` lines. */
function collect(
  native: NativeGateway,
  count: number,
): Promise<{ lines: string[]; calls: number }> {
  let text = '';
  let calls = 0;
  return new Promise((resolve) => {
    native.onEvents(() => {
      calls++;
      text += native.drainEvents().toString();
      const lines = text.split('\n');
      if (lines.length > count) resolve({ lines: lines.slice(0, -1), calls });
    });
  });
}

test('events are announced until they are drained, and are whole JSON lines', async (t) => {
  const gateway = await started();
  const collected = collect(gateway.native, 3);
  for (let i = 0; i < 3; i++) t.equal((await hello(gateway)).status, 200);
  const { lines, calls } = await whileAwake(collected);
  t.ok(calls >= 1 && calls <= 3, 'no more announcements than events');
  const records = lines.map((line) => JSON.parse(line));
  t.same(
    records.map(({ type, status }) => [type, status]),
    Array(3).fill(['access', 200]),
  );
  gateway.native.close();
});

test('events that nobody drains are announced once', async (t) => {
  const gateway = await started();
  let calls = 0;
  const first = new Promise<void>((resolve) => {
    gateway.native.onEvents(() => {
      calls++;
      resolve();
    });
  });
  for (let i = 0; i < 5; i++) await hello(gateway);
  await whileAwake(first);
  await gateway.native.drain(10_000);
  // The drain's own end comes to this thread by the way of the announcements, and behind them.
  t.equal(calls, 1);
  gateway.native.close();
});

test('counters add up over the workers', async (t) => {
  const gateway = await started();
  for (let i = 0; i < 4; i++) await hello(gateway);
  const counters = gateway.native.readCounters();
  t.match(counters, { requests: 4, handshakesCompleted: 4, handshakesFailed: 0, eventsDropped: 0 });
  gateway.native.close();
});

test('clients that were seen are told, with their chains', async (t) => {
  const gateway = await started();
  t.same(gateway.native.readRecentClients(), []);
  for (let i = 0; i < 4; i++) await hello(gateway);
  const { client, authority } = gateway.credentials;
  const [seen, ...others] = gateway.native.readRecentClients();
  t.same(others, []);
  t.match(seen, {
    ...{ listener: 'edge', lastSeen: Number, open: Number },
    identity: { sha256: client.sha256, spkiSha256: client.spkiSha256, subject: 'CN=test client' },
  });
  t.same(seen?.chain, [client.der, authority.der]); // Node sends the authority with it
  gateway.native.close();
});

test('a drain without connections resolves with none cut; a second is refused', async (t) => {
  const { native } = await started();
  t.equal(await native.drain(10_000), 0);
  await t.rejects(native.drain(1), { name: 'EngineError', code: 'draining' });
  native.close();
});

test('close() rejects a drain that is awaited', async (t) => {
  const gateway = await started();
  const drained = gateway.native.drain(60_000);
  gateway.native.close();
  await t.rejects(drained, { name: 'EngineError', code: 'draining' });
});

test('what start() throws says where', async (t) => {
  const first = await started();
  const folder = makeFolder();
  writeCredentials(folder, first.credentials);
  const file = join(folder, 'gateway.json');
  const text = JSON.stringify(usualConfig(first.credentials)).replace(
    '127.0.0.1:0',
    `127.0.0.1:${first.port}`,
  );
  writeFileSync(file, text);
  const compiled = await compileFile(file);
  if (!compiled.ok) throw new Error('unexpected');
  const second = createGateway();
  t.same(second.apply(compiled.document), []);
  t.throws(() => second.start(), {
    name: 'EngineError',
    code: 'bind-failed',
    source: 'config',
    at: '/listeners/edge',
  });
  second.close();
  first.native.close();
});

test('issues of a document that is refused name their place', async (t) => {
  const native = createGateway();
  t.match(native.apply('{"format":"pinlatch-snapshot/1"}'), [
    { code: 'snapshot-invalid', source: 'config', text: /./, detail: /./ },
  ]);
  t.equal(native.generation, 0);
  native.close();
});
