import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { issueClient } from '../support/certificates.js';
import type { LogLine } from '../support/child-output.js';
import { call, type Reply } from '../support/client.js';
import { startGateway, type TestGateway, usualConfig } from '../support/gateway.js';

/** What Node.js says of a connection that was closed before the answer. */
const CUT = /ECONNRESET|NGHTTP2_REFUSED_STREAM|closed without an answer/;

const hello = ({ port, credentials }: TestGateway): Promise<Reply> =>
  call({ port, authority: credentials.authority, client: credentials.client, path: '/hello' });

/** statusOrCut is 'cut' when the connection ended without an answer, as one that a reload leaves nothing to ask for does. */
const statusOrCut = (gateway: TestGateway): Promise<number | 'cut'> =>
  hello(gateway).then(
    ({ status }) => status,
    ({ code, message }) => {
      if (CUT.test(`${code} ${message}`)) return 'cut';
      throw new Error(message);
    },
  );

/** reload sends SIGHUP and waits for the `count`th outcome. */
async function reload(gateway: TestGateway, count: number): Promise<LogLine> {
  gateway.signal('SIGHUP');
  const isOutcome = ({ event }: LogLine): boolean =>
    event === 'reloaded' || event === 'reload-failed';
  await gateway.log.find(() => gateway.log.lines.filter(isOutcome).length >= count);
  return gateway.log.lines.filter(isOutcome)[count - 1] as LogLine;
}

test('a broken file changes nothing, and the log names every mistake and its place', async (t) => {
  const gateway = await startGateway();
  const good = JSON.stringify(usualConfig(gateway.credentials), null, 2);
  const broken: readonly (readonly [string, RegExp])[] = [
    ['{', /./],
    ['', /./],
    [good.replace('"required"', '"requird"'), /requird/],
    [good.replace('server.key', 'nothing.key'), /no such file/],
    [good.replace('"server.crt"', '"ca.crt"'), /./], // the key does not belong to it: native code says so
  ];
  let count = 0;
  for (const [text, found] of broken) {
    gateway.writeConfig(text);
    const issuesBefore = gateway.log.lines.filter(({ event }) => event === 'config-issue').length;
    const outcome = await reload(gateway, ++count);
    t.match(outcome, { event: 'reload-failed', level: 'error', stillServing: 1 });
    const issues = gateway.log.lines.filter(({ event }) => event === 'config-issue');
    t.match(issues.slice(issuesBefore), [
      { level: 'error', file: 'gateway.json', line: Number, column: Number, found, expected: /./ },
    ]);
    t.equal((await hello(gateway)).status, 200);
  }
  gateway.writeConfig(good);
  t.match(await reload(gateway, ++count), { event: 'reloaded', generation: 2 });
  t.equal((await hello(gateway)).status, 200);
  t.same(await gateway.stop(), { code: 0, signal: null });
});

test('a file that is gone changes nothing', async (t) => {
  const gateway = await startGateway();
  renameSync(gateway.configPath, join(gateway.folder, 'moved.json'));
  t.match(await reload(gateway, 1), { event: 'reload-failed', stillServing: 1 });
  t.equal((await hello(gateway)).status, 200);
  await gateway.stop();
});

test('a pin that is taken away counts from the next request on', async (t) => {
  const gateway = await startGateway();
  t.equal((await hello(gateway)).status, 200);
  const other = issueClient(gateway.credentials.authority, 'other');
  gateway.writeConfig(usualConfig({ ...gateway.credentials, client: other }));
  t.match(await reload(gateway, 1), { event: 'reloaded', generation: 2 });
  const reply = await hello(gateway);
  t.equal(reply.status, 403);
  t.equal(JSON.parse(reply.body).code, 'not-pinned');
  await gateway.stop();
});

test('many signals at once end in the newest file', async (t) => {
  const gateway = await startGateway();
  for (let i = 0; i < 10; i++) gateway.signal('SIGHUP');
  const other = issueClient(gateway.credentials.authority, 'other');
  gateway.writeConfig(usualConfig({ ...gateway.credentials, client: other }));
  gateway.signal('SIGHUP');
  let status: number | 'cut' = 200;
  while (status === 200 || status === 'cut') status = await statusOrCut(gateway);
  t.equal(status, 403);
  t.same(await gateway.stop(), { code: 0, signal: null });
});
