/**
 * Owns a log that stays in memory, of which a test waits for what is to be told.
 */
import { Writable } from 'node:stream';
import { LogWriter } from '../../src/telemetry/log-writer.js';
import { OutputPipe } from '../../src/telemetry/output-pipe.js';

export interface MemoryLog {
  readonly log: LogWriter;
  /** text is all that was written. */
  text(): string;
  /** contains waits for a text. */
  contains(wanted: string): Promise<void>;
}

/** memoryLog makes a log of JSON lines. */
export function memoryLog(): MemoryLog {
  let text = '';
  let look = (): void => undefined;
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      look();
      done();
    },
  });
  const log = new LogWriter(new OutputPipe(stream), {
    format: 'json',
    colour: false,
    onFailing: () => undefined,
  });
  const contains = (wanted: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => (text.includes(wanted) ? resolve() : undefined);
      look();
    });
  return { log, text: () => text, contains };
}
