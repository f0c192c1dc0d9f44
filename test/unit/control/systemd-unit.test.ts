import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { DEFAULT_SOCKET } from '../../../src/admin/admin-client.js';
import { COMMANDS } from '../../../src/cli/commands.js';

const UNIT = readFileSync(
  new URL('../../../firmware-config/pinlatch.service', import.meta.url),
  'utf8',
);

const CANNOT = spawnSync('systemd-analyze', ['--version']).error?.message;

test('systemd finds nothing wrong with the unit', {
  skip: CANNOT === undefined ? false : `systemd-analyze cannot be run: ${CANNOT}`,
}, async (t) => {
  const path = join(t.testdir({}), 'pinlatch.service');
  writeFileSync(path, UNIT.replaceAll('/usr/bin/node', process.execPath));
  const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  t.match(verified, { stderr: '', status: 0 });
});

test('it never gives up: whatever a start lacks may come later', async (t) => {
  t.match(UNIT, /^StartLimitIntervalSec=0$/m);
  t.notMatch(UNIT, /^StartLimitBurst=/m);
  t.match(UNIT, /^Restart=on-failure$/m);
});

test('it may ask whether the clock is synchronised', async (t) => {
  t.notMatch(UNIT, /^ProtectClock=yes$/m);
  t.match(UNIT, /^SystemCallFilter=~@privileged.*\nSystemCallFilter=adjtimex clock_adjtime$/m);
});

test('what it calls is there, and its socket is where the commands look', async (t) => {
  const called = [...UNIT.matchAll(/^Exec\w+=\S+ \S+main\.js (\w+)/gm)].map(([, name]) => name);
  t.same(called, ['reload', 'run']);
  for (const name of called) t.ok(COMMANDS.has(name ?? ''), String(name));
  t.match(UNIT, new RegExp(`--socket %t${DEFAULT_SOCKET.replace('/run', '')}$`, 'm'));
  t.match(UNIT, /^RuntimeDirectory=pinlatch$/m);
  t.match(UNIT, /^StateDirectory=pinlatch$/m);
});
