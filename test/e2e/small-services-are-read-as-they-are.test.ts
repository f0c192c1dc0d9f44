/**
 * What small services send against the letter of HTTP, and what can be meant by it: chunk sizes that are filled up with white
 * space, a 204 that promises a body, an HTTP version of the future.
 */
import { type Test, test } from 'tap';

import { get, startFront, VERSIONS } from '../support/front.js';
import { startRawUpstream } from '../support/upstream.js';

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** startSaying starts a gateway before a service that answers every request with these bytes, each in a write of its own. */
async function startSaying(t: Test, ...says: readonly string[]) {
  const upstream = await startRawUpstream((socket, received) => {
    if (!received.toString('latin1').endsWith('\r\n\r\n')) return;
    const [first = '', ...rest] = says;
    socket.write(first, () => {
      for (const text of rest) setImmediate(() => socket.write(text));
    });
  });
  t.teardown(() => upstream.close());
  return { upstream, front: await startFront(t, upstream.url, { workers: 1 }) };
}

const PADDED: Readonly<Record<string, readonly string[]>> = {
  'with the head': [`${CHUNKED}c   \r\nhello world!\r\n0   \r\n\r\n`],
  'behind the head': [CHUNKED, '5   \r\nhello\r\n', '7\t\r\n world!\r\n', '0\r\n\r\n'],
  'of the last chunk': [`${CHUNKED}C\r\nhello world!\r\n0  \r\n\r\n`],
};

for (const [where, says] of Object.entries(PADDED)) {
  test(`white space behind a chunk size (${where}) is read, and not written on`, async (t) => {
    const { front } = await startSaying(t, ...says);
    for (const version of VERSIONS) {
      const client = await front.connectRaw(version);
      for (let i = 0; i < 2; i++) {
        await client.send(get('/'));
        // The client takes no chunk size but digits.
        t.equal((await client.readResponse()).body.toString(), 'hello world!');
      }
      client.destroy();
    }
  });
}

const FRAMED_204 = {
  'Content-Length: 5': 2,
  'Transfer-Encoding: chunked': 2,
  'Content-Length: 0': 1,
} as const;

for (const [line, connections] of Object.entries(FRAMED_204)) {
  test(`a 204 with ${line} is a 204, on ${connections} connection(s)`, async (t) => {
    const { front, upstream } = await startSaying(t, `HTTP/1.1 204 No Content\r\n${line}\r\n\r\n`);
    const client = await front.connect();
    for (let i = 0; i < 2; i++) {
      await client.send(get('/'));
      const { status, header } = await client.readResponse();
      t.equal(status, 204);
      t.equal(header('content-length'), undefined);
      t.equal(header('transfer-encoding'), undefined);
    }
    t.equal(upstream.received().length, connections);
    client.destroy();
  });
}

test('HTTP/1.2 of a service is read as HTTP/1.1', async (t) => {
  const { front } = await startSaying(t, 'HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok');
  const client = await front.connect();
  await client.send(get('/'));
  t.equal((await client.readResponse()).body.toString(), 'ok');
  client.destroy();
});

const BROKEN: Readonly<Record<string, { readonly says: string; readonly rule: RegExp }>> = {
  'ends its lines with LF': {
    says: 'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
    rule: /bare LF in the head/,
  },
  'puts a space behind a field name': {
    says: 'HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n',
    rule: /a field name is not a token followed by a colon/,
  },
  'begins a chunk with a space': {
    says: `${CHUNKED} 5\r\nhello\r\n0\r\n\r\n`,
    rule: /a chunk does not start with its size/,
  },
};

for (const [what, { says, rule }] of Object.entries(BROKEN)) {
  test(`a service that ${what} is a 502, and the log says which rule it broke`, async (t) => {
    const { front } = await startSaying(t, says);
    const client = await front.connect();
    await client.send(get('/'));
    const { status, header } = await client.readResponse();
    t.equal(status, 502);
    t.match(await front.access(header('x-request-id')), {
      code: 'upstream-malformed',
      detail: rule,
    });
    client.destroy();
  });
}
