import { test } from 'tap';

import { formatForPeople } from '../../../src/telemetry/human-format.js';

const format = (record: Record<string, unknown>, colour = false): string =>
  formatForPeople(JSON.stringify({ time: 0, ...record }), { colour }).replace(/^\S+ /, '');

test('an access line says what happened in the order that people ask', async (t) => {
  const access = {
    ...{ type: 'access', requestId: 'r1', listener: 'edge', remote: '192.0.2.1:5' },
    ...{
      method: 'GET',
      path: '/a',
      status: 200,
      client: 'c',
      upstream: '127.0.0.1:9',
      durationUs: 1234,
    },
  };
  t.equal(format(access), '200 GET /a c → 127.0.0.1:9 1.2 ms requestId=r1 remote=192.0.2.1:5');
});

test('a tunnel says how it ended, for whom, and where it led', async (t) => {
  const tunnel = {
    ...{ type: 'access', protocol: 'tcp', requestId: 'r1', listener: 'plant', remote: 'x' },
    ...{ serverName: 'mqtt.local', route: 'broker', client: 'c', upstream: '127.0.0.1:9' },
    ...{ bytesIn: 1, bytesOut: 2, durationUs: 1234, reason: 'client-ended' },
  };
  const rest = 'requestId=r1 remote=x route=broker';
  t.equal(format(tunnel), `client-ended tcp mqtt.local c → 127.0.0.1:9 1.2 ms ${rest}`);
  t.match(format({ ...tunnel, code: 'idle-timeout', reason: 'idle' }), /^idle tcp .* code=idle/);
});

test('a refusal says why first', async (t) => {
  const refused = {
    type: 'security',
    event: 'handshake-refused',
    code: 'unknown-ca',
    detail: 'why',
  };
  t.equal(format({ ...refused, remote: 'x' }), 'handshake-refused unknown-ca: why remote=x');
});

test('news of an endpoint say which one and why', async (t) => {
  const news = { type: 'upstream', upstream: 'crm', endpoint: '10.0.0.1:80', reason: 'refused' };
  const down = format({ ...news, event: 'upstream-ejected', forMs: 10 });
  t.equal(down, 'upstream-ejected crm 10.0.0.1:80: refused forMs=10');
  t.match(format({ ...news, event: 'upstream-down' }, true), '\u001b[33mupstream-down');
  t.match(format({ ...news, event: 'upstream-up' }, true), '\u001b[32mupstream-up');
});

test('warnings and errors of the control plane say so', async (t) => {
  t.equal(format({ type: 'control', level: 'error', event: 'e', n: 1 }), 'error e n=1');
  t.equal(format({ type: 'control', level: 'warning', event: 'e' }), 'warning e');
  t.equal(format({ type: 'control', level: 'info', event: 'e' }), 'e');
});

test('what a client sent cannot move the cursor, colour the screen or begin a line', async (t) => {
  const evil = '\u001b[2J\r\nfake \u009b31m\u202e';
  for (const type of ['access', 'security', 'control', 'else']) {
    const fields = { event: evil, code: evil, detail: evil, path: evil, method: evil, other: evil };
    const text = format({ type, ...fields, client: evil, status: evil, [evil]: evil });
    t.notMatch(text, /[\p{Cc}\p{Cf}]/u, type);
  }
  t.notMatch(formatForPeople(evil, { colour: false }), /[\p{Cc}\p{Cf}]/u);
});

test('colours are ours alone', async (t) => {
  const text = format({ type: 'access', status: 500, method: 'GET', path: '\u001b[0m' }, true);
  t.ok(text.includes('\u001b[31m500\u001b[0m'));
  t.equal(text.split('\u001b').length, 3, 'one pair, around the status');
});

test('a line that is no event is shown', async (t) => {
  t.equal(formatForPeople('hello', { colour: false }), 'hello');
  t.equal(formatForPeople('null', { colour: false }), 'null');
});
