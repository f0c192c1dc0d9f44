import { test } from 'tap';

import { VERSIONS } from '../support/front.js';
import { startConformanceGateway } from '../support/h2-conformance.js';
import {
  block,
  CODE,
  data,
  FLAG,
  FrameConnection,
  frame,
  headers,
  ping,
  request,
  reset,
  settings,
  TYPE,
  windowUpdate,
} from '../support/h2-frames.js';
import { residentKiB } from '../support/vital-signs.js';

const { ENHANCE_YOUR_CALM } = CODE;
const hold = request({ ':path': '/hold' });
const holdPost = request({ ':method': 'POST', ':path': '/hold' });
const one = request({ ':method': 'POST', ':path': '/hold', 'content-length': '1' });
const repeat = (count: number, make: (i: number) => Buffer): readonly Buffer[] =>
  Array.from({ length: count }, (_, i) => make(i));
// 4,000 indices of one large entry: what two frames of 4 KiB decode to is 16 MiB.
const bomb = Buffer.concat([
  block(request()),
  Buffer.from([0x40, 1, 0x78, 127, 0xa0, 0x1e]), // x: 4,000 bytes more than 31, into the table
  Buffer.alloc(127 + 0x20 + (0x1e << 7), 'y'),
  Buffer.alloc(4000, 0xbe),
]);

/** What a hostile client sends after its settings, without reading anything. */
const FLOODS: Readonly<Record<string, readonly Buffer[]>> = {
  'requests that are reset at once (CVE-2023-44487)': repeat(2000, (i) =>
    Buffer.concat([headers(2 * i + 1, hold), reset(2 * i + 1, CODE.CANCEL)]),
  ),
  'settings (CVE-2019-9515)': repeat(5000, () => settings([4, 65535])),
  'pings (CVE-2019-9512)': repeat(20_000, () => ping()),
  'a header block that does not end (CVE-2024-27316)': [
    headers(1, request(), FLAG.END_STREAM),
    ...repeat(5000, () => frame(TYPE.CONTINUATION, 0, 1, block([['x', 'y'.repeat(100)]]))),
  ],
  'a header block of empty pieces': [
    headers(1, request(), FLAG.END_STREAM),
    ...repeat(20_000, () => frame(TYPE.CONTINUATION, 0, 1)),
  ],
  'fields that grow when they are decoded': [frame(TYPE.HEADERS, 5, 1, bomb)],
  'empty DATA frames (CVE-2019-9518)': [
    headers(1, holdPost, FLAG.END_HEADERS),
    ...repeat(20_000, () => data(1, '', 0)),
  ],
  'priorities (CVE-2019-9513)': repeat(20_000, (i) =>
    frame(TYPE.PRIORITY, 0, 2 * i + 1, Buffer.from([0, 0, 0, 0, 1])),
  ),
  'window updates': repeat(20_000, () => windowUpdate(0, 1)),
  'frames of unknown types': repeat(3000, () => frame(0x42, 0, 0, Buffer.alloc(4096))),
};

for (const version of VERSIONS) {
  test(`floods end with ENHANCE_YOUR_CALM, one line in the log and flat memory, on ${version}`, async (t) => {
    const gateway = await startConformanceGateway(t);
    const flood = async (name: string): Promise<number | undefined> => {
      const connection = await FrameConnection.open(gateway, version);
      connection.send(...(FLOODS[name] ?? []));
      const code = await connection.goaway();
      await connection.ended();
      return code;
    };
    for (const name of Object.keys(FLOODS)) {
      const before = gateway.log.lines.length;
      t.equal(await flood(name), ENHANCE_YOUR_CALM, name);
      await gateway.log.find(
        (line) => line.code === 'http2-flood' && gateway.log.lines.indexOf(line) >= before,
      );
      const told = gateway.log.lines
        .slice(before)
        .filter(({ event }) => event === 'connection-broken');
      t.equal(told.length, 1, `${name}: told once`);
    }
    const warm = residentKiB(gateway.pid);
    for (let round = 0; round < 3; ++round) {
      for (const name of Object.keys(FLOODS)) await flood(name);
    }
    // A sanitizer keeps what was freed to see it used.
    const keepsFreed = process.env.PINLATCH_TEST_PRELOAD !== undefined;
    t.ok(keepsFreed || residentKiB(gateway.pid) < warm + 8 * 1024, 'memory stays flat');
  });
}

test('requests that break a rule once they have begun end the connection in time (CVE-2025-8671)', async (t) => {
  const gateway = await startConformanceGateway(t);
  const connection = await FrameConnection.open(gateway);
  let broken = 0;
  while (!connection.closed && broken < 1000) {
    const id = 2 * broken++ + 1;
    connection.send(headers(id, one, FLAG.END_HEADERS), data(id, 'more than one byte', 0));
    await connection.find(
      ({ type, stream }) => type === TYPE.GOAWAY || (type === TYPE.RST_STREAM && stream === id),
    );
    if (connection.frames.some(({ type }) => type === TYPE.GOAWAY)) break;
  }
  t.equal(await connection.goaway(), ENHANCE_YOUR_CALM);
  t.ok(broken < 1000);
  await gateway.log.find(({ code }) => code === 'http2-flood');
});
