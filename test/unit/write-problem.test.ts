import { test } from 'tap';
import { streamProblem, writeProblem } from '../../src/write-problem.js';

const failure = (code: string) =>
  Object.assign(new Error(`${code}: it went wrong, write`), { code });

test('ENOSPC says that the disk is full, of a file and of a stream', async (t) => {
  for (const words of [writeProblem, streamProblem]) {
    t.equal(words(failure('ENOSPC')), 'the disk is full: no space is left on the disk (ENOSPC)');
  }
});

test('what has no words of its own keeps its code', async (t) => {
  t.equal(writeProblem(failure('EIO')), 'the write failed: EIO');
  t.equal(streamProblem(failure('EPIPE')), 'EPIPE: it went wrong, write');
});
