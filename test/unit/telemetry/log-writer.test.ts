import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'tap';

import type { LogStream } from '../../../src/telemetry/log-stream.js';
import {
  type DroppedLines,
  type EventSource,
  LogWriter,
} from '../../../src/telemetry/log-writer.js';

/** FakeStream takes what it gets until it is full; drain() empties it. After fail() it takes nothing until it is mended. */
class FakeStream implements LogStream {
  readonly chunks: string[] = [];
  full = false;
  broken = false;
  lost = 0;
  readonly #listeners = new Map<string, (error: Error) => void>();
  readonly #unflushed: (() => void)[] = [];

  write(chunk: Uint8Array | string, done?: () => void): boolean {
    if (this.broken) {
      this.fail();
      done?.();
      return false;
    }
    if (chunk.length > 0) this.chunks.push(Buffer.from(chunk).toString());
    if (done !== undefined) this.full ? this.#unflushed.push(done) : done();
    return !this.full;
  }

  look(): void {
    if (this.broken) this.fail();
  }

  takeLost(): number {
    const { lost } = this;
    this.lost = 0;
    return lost;
  }

  on(event: string, listener: (error: Error) => void): void {
    this.#listeners.set(event, listener);
  }

  drain(): void {
    this.full = false;
    for (const done of this.#unflushed.splice(0)) done();
    this.#listeners.get('drain')?.(new Error());
  }

  fail(): void {
    this.broken = true;
    this.#listeners.get('error')?.(new Error('gone'));
  }

  mend(): void {
    this.broken = false;
    this.drain();
  }

  get lines(): string[] {
    return this.chunks.join('').split('\n').slice(0, -1);
  }
}

/** FakeSource is a gateway's event log. */
class FakeSource implements EventSource {
  lost = { accessLinesDropped: 0, securityLinesDropped: 0, upstreamLinesDropped: 0 };
  drains = 0;
  #lines = '';
  #callback: (() => void) | undefined;

  onEvents(callback: () => void): void {
    this.#callback = callback;
  }

  add(line: string): void {
    const wasEmpty = this.#lines === '';
    this.#lines += `${line}\n`;
    if (wasEmpty) this.#callback?.();
  }

  drainEvents(): Buffer {
    this.drains++;
    const lines = Buffer.from(this.#lines);
    this.#lines = '';
    return lines;
  }

  dropped(): DroppedLines {
    return this.lost;
  }
}

function setUp(format: 'json' | 'text' = 'json') {
  const stream = new FakeStream();
  const source = new FakeSource();
  const failures: string[] = [];
  const clock = { now: 7 };
  const log = new LogWriter(stream, {
    format,
    colour: false,
    onFailing: ({ message }) => failures.push(message),
    now: () => clock.now,
  });
  return { stream, source, log, failures, clock };
}

test('lines of the data plane leave as they came, in batches', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  for (let i = 0; i < 100; i++) source.add(`{"n":${i}}`);
  t.same(stream.lines, [], 'not one by one');
  t.equal(await log.flush(1000), true);
  t.equal(stream.lines.length, 100);
  t.equal(stream.lines[99], '{"n":99}');
  t.equal(stream.chunks.length, 1);
});

test('a batch leaves without being asked for', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  source.add('{"n":1}');
  while (stream.lines.length === 0) await turn();
  t.same(stream.lines, ['{"n":1}']);
});

test('while the reader is slow the lines stay with the data plane, and nothing is lost', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  stream.full = true;
  log.control({ event: 'first' });
  const drainsBefore = source.drains;
  source.add('{"n":1}');
  log.control({ event: 'second' });
  for (let i = 0; i < 50; i++) await turn();
  t.equal(stream.lines.length, 1, 'nothing more is pushed at a reader that is behind');
  t.equal(source.drains, drainsBefore);
  stream.drain();
  const kinds = stream.lines.map((line) => JSON.parse(line)).map(({ event, n }) => event ?? n);
  t.same(kinds, ['first', 'second', 1]);
});

test('lines that the data plane dropped are counted in the log, by their kind', async (t) => {
  const { stream, source, log } = setUp();
  source.lost.accessLinesDropped = 3; // before this writer's time
  log.attach(source);
  source.lost = { accessLinesDropped: 8, securityLinesDropped: 2, upstreamLinesDropped: 0 };
  source.add('{"n":1}');
  await log.flush(1000);
  t.match(
    stream.lines.map((line) => JSON.parse(line)),
    [
      {
        ...{ time: 7, type: 'control', level: 'warning', event: 'events-dropped', count: 7 },
        ...{ access: 5, security: 2, upstream: 0, control: 0 },
      },
      { n: 1 },
    ],
  );
  source.add('{"n":2}');
  await log.flush(1000);
  t.equal(stream.lines.length, 3, 'once');
});

test('control events wait in a bounded queue; the rest is counted', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  stream.full = true;
  for (let i = 0; i < 5001; i++) log.control({ event: 'e' });
  stream.drain();
  const events = stream.lines.map((line) => JSON.parse(line));
  t.equal(events.filter(({ event }) => event === 'e').length, 1001);
  t.match(events.at(-1), { event: 'events-dropped', count: 4000 });
});

test('detach passes on what is left, room or not, and lets go', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  stream.full = true;
  log.control({ event: 'stuck' });
  source.add('{"n":1}');
  log.detach();
  t.equal(stream.lines.at(-1), '{"n":1}');
  source.add('{"n":2}');
  await log.flush(1);
  t.equal(stream.lines.at(-1), '{"n":1}');
});

test('a flush gives up on a reader that takes nothing', async (t) => {
  const { stream, log } = setUp();
  stream.full = true;
  t.equal(await log.flush(1), false);
});

test('a stream that breaks is told once, and nothing is written to it before it is mended', async (t) => {
  const { stream, source, log, failures } = setUp();
  log.attach(source);
  stream.fail();
  stream.fail();
  t.same(failures, ['gone']);
  t.same(log.failure, { reason: 'gone', since: 7 });
  log.control({ event: 'e' });
  source.add('{"n":1}');
  t.equal(await log.flush(1000), true, 'an end does not wait for it');
  t.same(stream.lines, []);
  t.same(failures, ['gone']);
});

test('after an outage the first line says how long it was and what was lost, and what waited follows', async (t) => {
  const { stream, source, log, clock } = setUp();
  log.attach(source);
  stream.fail();
  log.control({ event: 'waited' });
  source.add('{"n":1}');
  source.lost = { accessLinesDropped: 5, securityLinesDropped: 0, upstreamLinesDropped: 0 };
  stream.lost = 2;
  clock.now = 9;
  stream.mend();
  const [first, ...rest] = stream.lines.map((line) => JSON.parse(line));
  t.match(first, {
    ...{ time: 9, event: 'log-resumed', level: 'warning', reason: 'gone', since: 7 },
    ...{ count: 7, access: 5, security: 0, upstream: 0, control: 0, output: 2 },
  });
  t.match(rest, [{ event: 'waited' }, { n: 1 }], 'and the losses are not told again');
  t.equal(log.failure, undefined);
});

test('each outage is told, unless it follows upon the last one', async (t) => {
  const { stream, failures, clock } = setUp();
  stream.fail();
  stream.mend();
  stream.fail();
  t.equal(failures.length, 1, 'a full disk that takes a line now and then');
  stream.mend();
  clock.now += 60_000;
  stream.fail();
  t.equal(failures.length, 2);
});

test('an end during an outage tries once more', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  stream.fail();
  log.control({ event: 'waited' });
  source.add('{"n":1}');
  stream.broken = false; // nobody has tried since
  log.detach();
  const kinds = stream.lines.map((line) => JSON.parse(line)).map(({ event, n }) => event ?? n);
  t.same(kinds, ['waited', 1]);
});

test('what the data plane holds is passed on at the end also behind lines that wait', async (t) => {
  const { stream, source, log } = setUp();
  log.attach(source);
  stream.full = true;
  log.control({ event: 'stuck' });
  log.control({ event: 'waited' });
  source.add('{"n":1}');
  log.detach();
  t.equal(stream.lines.at(-1), '{"n":1}');
});

test('people get text', async (t) => {
  const { stream, log } = setUp('text');
  log.control({ event: 'serving', generation: 3, left: undefined });
  t.match(stream.lines, [/^\d\d:\d\d:\d\d\.\d{3} serving generation=3$/]);
});

test('an outage is known to whoever asks, though nothing was written since it began', (t) => {
  const { stream, log, failures } = setUp();
  t.equal(log.failure, undefined);
  stream.broken = true;
  t.match(log.failure, { reason: 'gone', since: 7 });
  t.same(failures, ['gone']);
  t.end();
});
