import { EventEmitter } from 'node:events';
import { test } from 'tap';
import { OutputPipe, type PipeStream } from '../../../src/telemetry/output-pipe.js';

/** Pipe has a reader or none; without one it fails as process.stdout does, once for each write. */
class Pipe extends EventEmitter implements PipeStream {
  content = '';
  hasReader = true;
  hasRoom = true;

  write(chunk: Uint8Array | string, done: (error?: Error | null) => void): boolean {
    const error = this.hasReader ? null : new Error('write EPIPE');
    if (error === null) this.content += Buffer.from(chunk).toString();
    process.nextTick(() => {
      done(error);
      if (error !== null) this.emit('error', error);
    });
    return this.hasRoom;
  }
}

// Not events.once, which an 'error' ends. The pause between two tries keeps no process alive.
function drained(output: EventEmitter): Promise<void> {
  const alive = setInterval(() => undefined, 1000);
  return new Promise((resolve) => {
    output.once('drain', () => {
      clearInterval(alive);
      resolve();
    });
  });
}

function setUp() {
  const pipe = new Pipe();
  const output = new OutputPipe(pipe, { isReaderGone: () => !pipe.hasReader, retryMs: 1 });
  const errors: string[] = [];
  output.on('error', ({ message }: Error) => errors.push(message));
  return { pipe, output, errors };
}

test('a new reader of a named pipe gets whole lines, and the lost ones are counted', async (t) => {
  const { pipe, output, errors } = setUp();
  t.ok(output.write('{"n":1}\n'));
  pipe.hasReader = false;
  output.write('{"n":2}\n{"n":3}\n');
  while (errors.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  t.notOk(output.write('{"n":4}\n'), 'there is no room while it fails');
  const isDrained = drained(output);
  pipe.hasReader = true;
  await isDrained;
  t.equal(output.takeLost(), 3);
  t.ok(output.write('{"n":5}\n'));
  t.match(pipe.content, /^\{"n":1\}\n\n+\{"n":5\}\n$/);
});

test('a reader that is slow is waited for', async (t) => {
  const { pipe, output, errors } = setUp();
  pipe.hasRoom = false;
  t.notOk(output.write('{"n":1}\n'));
  const isDrained = drained(output);
  pipe.emit('drain');
  await isDrained;
  t.same(errors, []);
});

test('who waits for the end of a write is told also when it fails', async (t) => {
  const { pipe, output } = setUp();
  pipe.hasReader = false;
  await new Promise<void>((resolve) => output.write('', resolve));
  t.equal(output.takeLost(), 0);
});

test('that the reader is gone is found out without a write, and told once', async (t) => {
  const { pipe, output, errors } = setUp();
  output.look();
  t.same(errors, []);
  pipe.hasReader = false;
  output.look();
  output.look();
  t.same(errors, ['its reader is gone']);
  t.notOk(output.write('{"n":1}\n'), 'there is no room while it fails');
  const isDrained = drained(output);
  pipe.hasReader = true;
  await isDrained;
  output.look();
  t.ok(output.write('{"n":2}\n'));
});
