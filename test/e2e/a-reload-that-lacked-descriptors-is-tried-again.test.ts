/**
 * A change that is seen while the process may open no file fails; when it may, the change is served, though nothing changes any more
 * that a watcher could see.
 */
import { execFileSync } from 'node:child_process';
import { test } from 'tap';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import { startGateway, usualConfig } from '../support/gateway.js';

test('a reload that failed for want of descriptors is made when there are some', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  const limitTo = (soft: string) =>
    execFileSync('prlimit', [`--pid=${gateway.pid}`, `--nofile=${soft}:`]);
  const shown = ['--nofile', '--output=SOFT', '--noheadings'];
  const before = execFileSync('prlimit', [`--pid=${gateway.pid}`, ...shown]);
  const config = usualConfig(gateway.credentials);
  // The watch itself needs a descriptor: it is on once it has told of a change.
  gateway.writeConfig({ ...config, workers: 1 });
  const first = await gateway.log.event('reloaded');
  limitTo('4'); // fewer than are open
  gateway.writeConfig({ ...config, clients: { client: { pins: [`sha256:${'00'.repeat(32)}`] } } });
  t.match(await gateway.log.event('reload-failed'), {
    trigger: 'change',
    reason: /no file descriptor is left/,
  });
  const isAfterwards = (line: LogLine): boolean => line.event === 'reloaded' && line !== first;
  limitTo(before.toString().trim());
  t.match(await gateway.log.find(isAfterwards), { trigger: 'change' });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const reply = await call({ port, authority, client, path: '/hello' });
  t.equal(reply.status, 403, 'the pin that was removed counts no more');
  t.same(await gateway.stop(), { code: 0, signal: null });
});
