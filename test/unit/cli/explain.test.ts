import { test } from 'tap';
import { chooseListener } from '../../../src/cli/explain.js';
import type { Snapshot } from '../../../src/snapshot/snapshot.js';

const listeners = (...ports: readonly number[]): Snapshot =>
  ({ listeners: ports.map((port, i) => ({ name: `l${i}`, port })) }) as unknown as Snapshot;

const at = (port: string): URL => new URL(`https://api.local${port}/x`);

test('a listener is found by its name, by the port of the URL, or because it is the only one', async (t) => {
  t.equal(chooseListener(listeners(1, 2), 'l1', at(':1')), 'l1');
  t.equal(chooseListener(listeners(8443, 9443), undefined, at(':9443')), 'l1');
  t.equal(chooseListener(listeners(8443, 443), undefined, at('')), 'l1');
  t.equal(chooseListener(listeners(8443), undefined, at(':1')), 'l0');
});

test('where nothing tells, the listeners are named', async (t) => {
  const usage = { name: 'GatewayError', code: 'usage', message: /"l0", "l1"/ };
  t.throws(() => chooseListener(listeners(1, 2), undefined, at(':3')), usage);
  t.throws(() => chooseListener(listeners(1, 1), undefined, at(':1')), usage);
  t.throws(() => chooseListener(listeners(1, 2), 'other', at(':1')), usage);
});
