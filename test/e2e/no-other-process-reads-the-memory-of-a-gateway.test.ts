import { spawnSync } from 'node:child_process';
import { test } from 'tap';

import { startGateway } from '../support/gateway.js';

/** readable says whether a process of the same user, without root's right to look into others, reads a file of `pid`. */
function readable(pid: number, file: string): boolean {
  const path = `/proc/${pid}/${file}`;
  const [program = '', ...args] =
    process.getuid?.() === 0
      ? ['setpriv', '--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace', 'head']
      : ['head'];
  const { status, error } = spawnSync(program, [...args, '-c', '1', path], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  return status === 0;
}

test('what is in the memory of a gateway is read by no other process of its user', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  t.ok(readable(gateway.pid, 'status'), 'what anybody may know');
  for (const file of ['environ', 'auxv', 'maps']) t.notOk(readable(gateway.pid, file), file);
  t.notOk(gateway.log.lines.some(({ event }) => event === 'memory-readable'));
});

test('unless it was asked for, and then the log says so', async (t) => {
  const gateway = await startGateway({ args: ['--debuggable'] });
  t.teardown(() => gateway.stop());
  for (const file of ['environ', 'auxv', 'maps']) t.ok(readable(gateway.pid, file), file);
  const line = await gateway.log.event('memory-readable');
  t.match(line, { level: 'warning', reason: /--debuggable/ });
});
