import { test } from 'tap';
import { DenialRing } from '../../../src/telemetry/denial-ring.js';

const lines = (...records: readonly object[]): Buffer =>
  Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

test('what says no is found by its id, whichever kind of id that is', async (t) => {
  const ring = new DenialRing();
  ring.feed(
    lines(
      { time: 1, type: 'access', requestId: 'fine', status: 200 },
      { time: 2, type: 'access', requestId: 'r', code: 'no-route' },
      {
        time: 3,
        type: 'security',
        event: 'handshake-refused',
        handshakeId: 'h',
        code: 'unknown-ca',
      },
    ),
  );
  ring.feed(
    lines({ time: 4, type: 'security', event: 'connection-closed', connectionId: 'c', code: 'x' }),
  );
  t.equal(ring.find('fine'), undefined);
  t.match(ring.find('r'), { time: 2, code: 'no-route' });
  t.match(ring.find('h'), { event: 'handshake-refused' });
  t.match(ring.find('c'), { event: 'connection-closed' });
  t.equal(ring.find('x'), undefined);
});

test('the two lines of one request become one, in which neither overwrites the other', async (t) => {
  const ring = new DenialRing();
  const both = { requestId: 'r', code: 'not-pinned' };
  ring.feed(
    lines(
      { ...both, time: 1, type: 'security', event: 'request-refused', serial: '0A' },
      { ...both, time: 1, type: 'access', status: 403 },
    ),
  );
  t.match(ring.find('r'), { type: 'security', serial: '0A', status: 403 });
});

test('a client is found by its address too: the newest that was refused it', async (t) => {
  const ring = new DenialRing();
  const remote = '192.0.2.1:40000';
  ring.feed(
    lines(
      { time: 1, type: 'security', handshakeId: 'a', code: 'one', remote },
      { time: 2, type: 'security', handshakeId: 'b', code: 'two', remote },
    ),
  );
  t.match(ring.find(remote), { code: 'two' });
});

test('it is bounded: the oldest gives way', async (t) => {
  const ring = new DenialRing(2);
  for (const id of ['a', 'b', 'c']) {
    ring.feed(lines({ time: 1, type: 'access', requestId: id, code: 'no-route' }));
  }
  t.equal(ring.find('a'), undefined);
  t.ok(ring.find('b'));
  t.ok(ring.find('c'));
});

test('lines that only look like a refusal are no entries, and end nothing', async (t) => {
  const ring = new DenialRing();
  ring.feed(Buffer.from('no JSON "code":"x"\n{"code":"cut off'));
  ring.feed(lines({ time: 1, type: 'access', requestId: 'q', path: '/"code":"x' }));
  ring.feed(lines({ time: 1, type: 'control', code: 'config' }));
  t.equal(ring.find('q'), undefined);
  ring.feed(lines({ time: 1, type: 'access', requestId: 'r', code: 'no-route' }));
  t.ok(ring.find('r'));
});
