/**
 * Over HTTP/2 a request may be answered before its body has come. The reset that ends such a stream may not overtake the
 * answer: what the client still sends is read and thrown away, within a bound of bytes and time.
 */
import { execFile } from 'node:child_process';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Test, test } from 'tap';

import { programsMissing } from '../support/debian-programs.js';
import { type Front, startFront, VERSIONS } from '../support/front.js';
import {
  CODE,
  data,
  FLAG,
  type Frame,
  FrameConnection,
  headers,
  ping,
  request,
  TYPE,
} from '../support/h2-frames.js';
import { tlsOptionsOf } from '../support/tls-options.js';
import { startUpstream } from '../support/upstream.js';

const run = promisify(execFile);
const OTHER = `sha256:${'0a'.repeat(32)}`;
const KINDS = { '/others': 403, '/get': 405, '/small': 413 } as const;
const refused = request({ ':method': 'POST', ':path': '/others' });

async function startRefusing(t: Test): Promise<Front> {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  return startFront(t, upstream.url, {
    clients: { other: { pins: [OTHER] } },
    more: [
      { name: 'others', match: { path: '/others' }, allow: ['other'], proxy: 'service' },
      {
        name: 'get',
        match: { path: '/get', methods: ['GET'] },
        allow: ['client'],
        proxy: 'service',
      },
      {
        name: 'small',
        match: { path: '/small' },
        allow: ['client'],
        proxy: 'service',
        limits: { bodyBytes: 5 },
      },
      { name: 'hello', match: { path: '/hello' }, allow: ['client'], respond: { text: 'hello' } },
    ],
  });
}

const endOf =
  (id: number) =>
  ({ stream, flags, type }: Frame): boolean =>
    stream === id && type <= TYPE.HEADERS && (flags & FLAG.END_STREAM) !== 0;
const resetOf =
  (id: number) =>
  ({ stream, type }: Frame): boolean =>
    stream === id && type === TYPE.RST_STREAM;

/** turn resolves when the gateway has handled all that was sent before. */
async function turn(connection: FrameConnection, mark: string): Promise<void> {
  const marker = Buffer.alloc(8, mark);
  connection.send(ping(0, marker));
  await connection.find(({ type, payload }) => type === TYPE.PING && payload.equals(marker));
}

for (const version of VERSIONS) {
  test(`${version}: a refused request whose body ends is never reset`, async (t) => {
    const { gateway } = await startRefusing(t);
    const connection = await FrameConnection.open(gateway, version);
    connection.send(headers(1, refused, FLAG.END_HEADERS));
    t.ok(await connection.find(endOf(1)), 'the answer is whole');
    await turn(connection, 'a');
    t.notOk(connection.frames.some(resetOf(1)), 'and no reset came with it');
    connection.send(data(1, 'the body'), headers(3));
    t.ok(await connection.find(endOf(3)));
    await turn(connection, 'b');
    t.notOk(connection.frames.some(resetOf(1)));
    connection.destroy();
  });

  test(`${version}: a refused request whose body does not end is reset without an error`, async (t) => {
    const { gateway } = await startRefusing(t);
    const connection = await FrameConnection.open(gateway, version);
    connection.send(headers(1, refused, FLAG.END_HEADERS), data(1, 'some of it', 0));
    const reset = await connection.find(resetOf(1));
    t.equal(reset?.payload.readUInt32BE(0), CODE.NO_ERROR);
    t.ok(
      connection.frames.findIndex(endOf(1)) < connection.frames.findIndex(resetOf(1)),
      'behind the answer',
    );
    connection.send(headers(3));
    t.ok(await connection.find(endOf(3)), 'the connection goes on');
    connection.destroy();
  });
}

test('a body that fits the window of its stream is never reset, whenever its answer is sent', async (t) => {
  const { gateway } = await startRefusing(t);
  const connection = await FrameConnection.open(gateway);
  const most = 16 * 1024;
  connection.send(headers(1, refused, FLAG.END_HEADERS));
  for (let i = 0; i < 3; i++) connection.send(data(1, Buffer.alloc(most), 0));
  t.ok(await connection.find(endOf(1)));
  await turn(connection, 'a');
  // Of 64 KiB a quarter is left, and what came before the answer was sent.
  connection.send(data(1, Buffer.alloc(most - 1), 0), data(1, '', FLAG.END_STREAM), headers(3));
  t.ok(await connection.find(endOf(3)));
  t.notOk(connection.frames.some(resetOf(1)));
  connection.destroy();
});

test('a refusal is logged when it has been sent, not when its stream is over', async (t) => {
  const front = await startRefusing(t);
  const connection = await FrameConnection.open(front.gateway);
  connection.send(headers(1, refused, FLAG.END_HEADERS));
  await connection.find(endOf(1));
  t.ok(await front.gateway.log.find((line) => line.type === 'access' && line.status === 403));
  t.notOk(connection.frames.some(resetOf(1)));
  connection.destroy();
});

const SIZES = [7, 1_000, 100_000, 1_000_000];

test("Node's client gets the answer to every refused body, and comes to its end", async (t) => {
  const { gateway } = await startRefusing(t);
  const { authority, client } = gateway.credentials;
  const options = tlsOptionsOf({ authority, client });
  // What a request has not sent counts against its session's memory: each has one of its own.
  const ask = (path: string, size: number, event: 'end' | 'close'): Promise<number> =>
    new Promise((resolve, reject) => {
      const session = connect(`https://localhost:${gateway.port}`, options);
      const stream = session.request({ ':method': 'POST', ':path': path });
      let status = 0;
      stream.on('response', (head) => {
        status = Number(head[':status']);
      });
      stream.on('error', reject);
      stream.on(event, () => {
        session.destroy();
        resolve(status);
      });
      stream.resume();
      stream.end(Buffer.alloc(size, 'x'));
    });
  for (const [path, status] of Object.entries(KINDS)) {
    for (const size of SIZES) {
      const statuses = new Set<number>([await ask(path, size, 'close')]);
      for (let i = 0; i < 10; i++) statuses.add(await ask(path, size, 'end'));
      t.strictSame([...statuses], [status], `${path} with ${size} bytes`);
    }
  }
});

const missing = programsMissing({ curl: 'curl' });

test('curl gets the answer to every refused body', { skip: missing }, async (t) => {
  const { gateway } = await startRefusing(t);
  const { authority, client } = gateway.credentials;
  const folder = t.testdir({
    'client.crt': client.pem,
    'client.key': client.keyPem,
    'ca.crt': authority.pem,
    ...Object.fromEntries(SIZES.map((size) => [String(size), 'x'.repeat(size)])),
  });
  const at = (name: string): string => join(folder, name);
  const pair = ['--cert', at('client.crt'), '--key', at('client.key'), '--cacert', at('ca.crt')];
  for (const [path, status] of Object.entries(KINDS)) {
    for (const size of SIZES) {
      const asked = [...pair, '--http2', '-d', `@${at(String(size))}`, '-o', '/dev/null'];
      const url = `https://localhost:${gateway.port}${path}`;
      const said = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const { stdout } = await run('curl', ['-sS', ...asked, '-w', '%{http_code}', url]);
        said.add(stdout);
      }
      t.strictSame([...said], [String(status)], `${path} with ${size} bytes`);
    }
  }
});
