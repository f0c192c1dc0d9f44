import { spawnSync } from 'node:child_process';
import { test } from 'tap';

import { startGateway } from '../support/gateway.js';

// Root's rights over other processes, which let it into every memory, are given up on both sides.
const UNPRIVILEGED =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
const FILES = ['environ', 'auxv', 'maps'];

/** readable says whether another process of the same user reads a file of the process `pid`. */
function readable(pid: number, file: string): boolean {
  const [program = '', ...args] = [...UNPRIVILEGED, 'head', '-c', '1', `/proc/${pid}/${file}`];
  const { status, error } = spawnSync(program, args);
  if (error !== undefined) throw error;
  return status === 0;
}

test('what is in the memory of a gateway is read by no other process of its user', async (t) => {
  const gateway = await startGateway({ through: UNPRIVILEGED, closed: true });
  t.teardown(() => gateway.stop());
  t.ok(readable(gateway.pid, 'status'), 'what anybody may know');
  for (const file of FILES) t.notOk(readable(gateway.pid, file), file);
  t.notOk(gateway.log.lines.some(({ event }) => event === 'memory-readable'));
});

test('unless it was asked for, and then the log says so', async (t) => {
  const gateway = await startGateway({
    through: UNPRIVILEGED,
    closed: true,
    args: ['--debuggable'],
  });
  t.teardown(() => gateway.stop());
  for (const file of FILES) t.ok(readable(gateway.pid, file), file);
  const line = await gateway.log.event('memory-readable');
  t.match(line, { level: 'warning', reason: /--debuggable/ });
});
