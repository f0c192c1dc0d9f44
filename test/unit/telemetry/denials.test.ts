import { test } from 'tap';
import { denialOf, findDenial, isForeign } from '../../../src/telemetry/denials.js';

const lines = (...records: readonly object[]): Buffer =>
  Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

const security = (more: object) => ({ time: 3, type: 'security', ...more });

test('what says no is found in a log by its id, whichever kind of id that is', async (t) => {
  const log = lines(
    { time: 1, type: 'access', requestId: 'fine', status: 200 },
    { time: 2, type: 'access', requestId: 'r', code: 'no-route' },
    security({ event: 'handshake-refused', handshakeId: 'h', code: 'unknown-ca' }),
    security({ event: 'connection-closed', connectionId: 'c', code: 'x' }),
  );
  t.equal(findDenial(log, 'fine'), undefined);
  t.match(findDenial(log, 'r'), { time: 2, code: 'no-route' });
  t.match(findDenial(log, 'h'), { event: 'handshake-refused' });
  t.match(findDenial(log, 'c'), { event: 'connection-closed' });
  t.equal(findDenial(log, 'x'), undefined);
  t.equal(findDenial(log, ''), undefined);
});

test('the two lines of one request are one refusal, in which neither overwrites the other', async (t) => {
  const both = { time: 1, requestId: 'r', code: 'not-pinned' };
  const log = lines(
    { ...both, type: 'security', event: 'request-refused', serial: '0A' },
    { time: 2, type: 'access', requestId: 'other', code: 'no-route' },
    { ...both, type: 'access', status: 403 },
  );
  t.match(findDenial(log, 'r'), { type: 'security', serial: '0A', status: 403 });
  t.match(denialOf(log.toString().split('\n').slice(0, 1)), { type: 'security', serial: '0A' });
  t.equal(denialOf([]), undefined);
});

test('a client is found by its address too: the newest that was refused it', async (t) => {
  const remote = '192.0.2.1:40000';
  const log = lines(
    security({ handshakeId: 'a', code: 'one', remote }),
    security({ handshakeId: 'b', code: 'two', remote }),
    security({ handshakeId: 'c', code: 'three', remote: `${remote}1`, detail: remote }),
    security({ event: 'lines-omitted', code: 'four', count: 3, remote }),
  );
  t.match(findDenial(log, remote), { code: 'two' });
});

test('lines that only look like a refusal are none, and end nothing', async (t) => {
  const log = Buffer.concat([
    Buffer.from('no JSON "code":"x" r\n{"code":"cut off r\n'),
    lines({ time: 1, type: 'access', requestId: 'q', path: '/"code":"x' }),
    lines({ time: 1, type: 'access', requestId: 'r', code: 'no-route' }),
    Buffer.from('{"time":1,"type":"access","requestId":"s","code":"without a line feed"}'),
  ]);
  t.equal(findDenial(log, 'q'), undefined);
  t.match(findDenial(log, 'r'), { code: 'no-route' });
  t.match(findDenial(log, 's'), { code: 'without a line feed' });
});

test('a bare address finds the newest refusal of it, of IPv4 and IPv6', async (t) => {
  const of = (handshakeId: string, remote: string) =>
    security({ handshakeId, code: handshakeId, remote });
  const log = lines(
    of('a', '192.0.2.1:40000'),
    of('b', '192.0.2.1:40001'),
    of('c', '192.0.2.11:40000'),
    of('d', '[2001:db8::1]:40000'),
    of('e', '[2001:db8::12]:40000'),
    of('f', '[::ffff:192.0.2.7]:40000'),
  );
  const found = (key: string) => findDenial(log, key)?.code;
  t.equal(found('192.0.2.1'), 'b');
  t.equal(found('192.0.2.1:40000'), 'a');
  t.equal(found('2001:db8::1'), 'd');
  t.equal(found('2001:DB8:0::1'), 'd');
  t.equal(found('[2001:db8::1]:40000'), 'd');
  t.equal(found('192.0.2.7'), 'f');
  t.equal(found('192.0.2'), undefined);
  t.equal(found('192.0.2.9'), undefined);
});

test('a log of which no line is JSON is told from one without the refusal', async (t) => {
  t.ok(isForeign(Buffer.from('2026-11-30 security refused r\n\nlast')));
  t.notOk(isForeign(Buffer.from('')));
  t.notOk(isForeign(Buffer.from('garbage\n{"time":1,"type":"access","requestId":"q"}\n')));
});
