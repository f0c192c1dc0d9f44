import { join } from 'node:path';
import { test } from 'tap';
import { chooseListener, explain, idOf } from '../../../src/cli/explain.js';
import type { Snapshot } from '../../../src/snapshot/snapshot.js';
import { captureTerminal } from '../../support/terminal.js';

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

test('the instance of a problem that a client quotes is its request id', async (t) => {
  t.equal(idOf(['urn:pinlatch:request:0123abcd']), '0123abcd');
  t.equal(idOf(['0123abcd']), '0123abcd');
  t.throws(() => idOf([]), { code: 'usage' });
  t.throws(() => idOf(['a', 'b']), { code: 'usage' });
});

test('of a log in text it is said that it is no log of JSON lines', async (t) => {
  const folder = t.testdir({
    text: '12:00:00 refused not-pinned: 0123abcd\n',
    json: '{"time":1,"type":"control","event":"serving"}\n',
  });
  const explainIn = async (log: string) => {
    const terminal = captureTerminal();
    t.equal(await explain.run(['0123abcd', '--log', join(folder, log)], terminal), 2);
    return terminal.err;
  };
  t.match(
    await explainIn('text'),
    /no line of this log is JSON as "run --log-format json" writes it/,
  );
  t.match(await explainIn('json'), /no refusal in the log has the id or address "0123abcd"/);
});
