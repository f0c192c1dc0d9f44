import { test } from 'tap';

import { call, type Reply } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { adminConfig, askAdmin } from '../support/reloads.js';

const hello = ({ port, credentials }: TestGateway): Promise<Reply> =>
  call({ port, authority: credentials.authority, client: credentials.client, path: '/hello' });

test('a reader that takes nothing holds up neither requests nor the end', async (t) => {
  const gateway = await startGateway({ config: adminConfig });
  await gateway.log.find(({ event }) => event === 'admin-listening');
  gateway.child.stdout?.pause();
  // Each reload logs a line for each of them: more than the pipe and both ends of it hold.
  const mistakes = Array.from({ length: 2000 }, (_, i) => [`no such key ${i}`, 0]);
  gateway.writeConfig(Object.fromEntries(mistakes));
  for (let i = 0; i < 10; i++) {
    t.not((await askAdmin(gateway.folder, 'POST', '/v1/commands/reload')).status, 200);
    t.equal((await hello(gateway)).status, 200);
  }
  gateway.signal('SIGTERM');
  const ended = new Promise((resolve) => gateway.child.once('exit', resolve));
  t.equal(await ended, 0);
  gateway.child.stdout?.resume();
  await gateway.exited;
  const events = gateway.log.lines.map(({ event }) => event);
  t.ok(events.includes('config-issue'));
  t.notOk(events.includes('stopped'), 'the reader was indeed behind');
});

test('a reader that goes away is said on standard error, once, and requests go on', async (t) => {
  const gateway = await startGateway();
  gateway.child.stdout?.destroy();
  t.equal((await hello(gateway)).status, 200);
  gateway.signal('SIGHUP');
  await gateway.errors.findText((line) => line.includes('standard output is gone'));
  for (let i = 0; i < 5; i++) t.equal((await hello(gateway)).status, 200);
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
  t.equal(gateway.errors.text.length, 1);
});

test('status says that the reader is gone, though nothing was logged since', async (t) => {
  const gateway = await startGateway({ config: adminConfig });
  await gateway.log.find(({ event }) => event === 'admin-listening');
  const status = async (): Promise<unknown> =>
    (await askAdmin(gateway.folder, 'GET', '/v1/views/status')).body;
  t.match(await status(), { log: { failure: '' } });
  gateway.child.stdout?.destroy();
  await new Promise((resolve) => gateway.child.stdout?.once('close', resolve));
  t.match(await status(), { log: { failure: /reader is gone|EPIPE/, since: Number } });
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
});
