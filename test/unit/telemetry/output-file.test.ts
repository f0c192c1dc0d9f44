import type { EventEmitter } from 'node:events';
import { test } from 'tap';
import { type FileSystem, OutputFile } from '../../../src/telemetry/output-file.js';

/** Disk is a file on a disk that has room for `room` more bytes. */
class Disk implements FileSystem {
  content = '';
  room = Number.POSITIVE_INFINITY;

  writeSync(_fd: number, bytes: Uint8Array, offset: number): number {
    const part = Buffer.from(bytes).subarray(offset, offset + Math.min(this.room, bytes.length));
    if (part.length === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    this.room -= part.length;
    this.content += part.toString();
    return part.length;
  }

  fstatSync(): { readonly size: number } {
    return { size: this.content.length };
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

function setUp(mostHeld?: number) {
  const files = new Disk();
  const limit = mostHeld === undefined ? {} : { mostHeld };
  const output = new OutputFile(1, { files, retryMs: 1, ...limit });
  const errors: string[] = [];
  output.on('error', ({ message }: Error) => errors.push(message));
  return { files, output, errors };
}

test('what a full disk did not take is written when it has room, from where it stopped', async (t) => {
  const { files, output, errors } = setUp();
  t.ok(output.write('{"n":1}\n'));
  files.room = 3;
  t.notOk(output.write('{"n":2}\n{"n":3}\n'));
  t.equal(files.content, '{"n":1}\n{"n');
  t.same(errors, ['full']);
  files.room = Number.POSITIVE_INFINITY;
  await drained(output);
  t.equal(files.content, '{"n":1}\n{"n":2}\n{"n":3}\n');
  t.equal(output.takeLost(), 0);
  t.ok(output.write('{"n":4}\n'));
});

test('a disk that stays full is tried again and again', async (t) => {
  const { files, output, errors } = setUp();
  files.room = 0;
  output.write('{"n":1}\n');
  output.on('error', () => {
    if (errors.length === 4) files.room = 100;
  });
  await drained(output);
  t.equal(files.content, '{"n":1}\n');
});

test('who cuts the file to make room gets whole lines', async (t) => {
  const { files, output } = setUp();
  files.room = 11;
  output.write('{"n":1}\n{"n":2}\n{"n":3}\n');
  t.equal(files.content, '{"n":1}\n{"n');
  files.content = '';
  files.room = 100;
  await drained(output);
  t.equal(files.content, '{"n":2}\n{"n":3}\n');
});

test('a torn line that somebody wrote behind is closed, and written again', async (t) => {
  const { files, output } = setUp();
  files.room = 3;
  output.write('{"n":1}\n');
  files.content += 'a word of another program';
  files.room = 100;
  await drained(output);
  t.equal(files.content, '{"na word of another program\n{"n":1}\n');
});

test('a file that was cut between two lines gets no empty line', async (t) => {
  const { files, output } = setUp();
  files.room = 8;
  output.write('{"n":1}\n{"n":2}\n');
  files.content = '{"m":1}\n';
  files.content += '{"m":2}\n';
  files.room = 100;
  await drained(output);
  t.equal(files.content, '{"m":1}\n{"m":2}\n{"n":2}\n');
});

test('what waits is bounded, and the lines beyond are counted', async (t) => {
  const { files, output } = setUp(20);
  files.room = 0;
  output.write('{"n":1}\n');
  output.write('{"n":2}\n');
  output.write('{"n":3}\n{"n":4}\n');
  t.equal(output.takeLost(), 2);
  t.equal(output.takeLost(), 0);
  files.room = 100;
  await drained(output);
  t.equal(files.content, '{"n":1}\n{"n":2}\n');
});
