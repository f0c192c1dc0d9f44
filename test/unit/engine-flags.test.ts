import { spawnSync } from 'node:child_process';
import { test } from 'tap';
import { engineFlags } from '../../src/engine-flags.js';

test('every flag is known to the V8 of this Node', async (t) => {
  const flags = engineFlags(process.versions.v8);
  const { status, stderr } = spawnSync(process.execPath, [...flags, '-e', ''], {
    env: {},
    encoding: 'utf8',
  });
  t.equal(stderr, '');
  t.equal(status, 0);
});

test('a V8 that nobody tried runs as it comes, and each that was tried has flags', async (t) => {
  for (const untried of ['10.2.154', '11.8.172', '14.7.1', '15.0.0', '']) {
    t.same(engineFlags(untried), [], untried);
  }
  for (const tried of ['11.3.244.8-node.38', '12.4.254.21', '13.6.233.17', '14.6.202.34']) {
    t.ok(engineFlags(tried).length > 0, tried);
  }
  t.notOk(engineFlags('12.4.254.21').some((flag) => flag.startsWith('--interrupt-budget')));
});
