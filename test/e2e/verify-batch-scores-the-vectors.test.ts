/**
 * Scores `pinlatch verify --batch`, as it is built, on public vectors that nobody here wrote. They are not part of the
 * project: where they are absent, the tests say that they skip.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { linesOf, readBounds, vectorsAt } from '../support/vectors.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Vector {
  readonly id: string;
  readonly expect: 'accept' | 'reject';
}

interface Answer {
  readonly id: string;
  readonly ok: boolean;
  readonly reason: string;
  readonly error?: boolean;
}

async function verifyBatch(requests: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN, 'verify', '--batch'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(requests);
  const output = await text(child.stdout);
  return { code: await ended, output };
}

for (const { file, cases, least, mayAccept } of readBounds()) {
  const path = vectorsAt(file);
  const skip = path === undefined ? 'the public vectors are not here' : false;
  const bound = mayAccept ? 'scored apart' : `${least} of ${cases} right, none falsely accepted`;
  test(`${file}: ${bound}`, { skip }, async (t) => {
    const content = readFileSync(path ?? '', 'utf8');
    const vectors = linesOf<Vector>(content);
    const { code, output } = await verifyBatch(content);
    const answers = linesOf<Answer>(output);
    t.equal(code, 0, 'every line was a request');
    t.same(
      answers.map(({ id }) => id),
      vectors.map(({ id }) => id),
      'every line is answered, in order',
    );
    t.ok(vectors.length >= cases);
    t.ok(
      answers.every(({ reason }) => reason !== ''),
      'every answer has a reason',
    );
    const missed = vectors.flatMap(({ id, expect }, index) => {
      const answer = answers[index];
      const right = answer?.id === id && answer.ok === (expect === 'accept');
      return right ? [] : [{ id, expect, reason: answer?.reason ?? 'no answer' }];
    });
    for (const { id, expect, reason } of missed) t.comment(`missed (${expect}) ${id}: ${reason}`);
    t.comment(`${file}: ${vectors.length - missed.length} of ${vectors.length} right`);
    t.ok(vectors.length - missed.length >= least, 'as many are right as before');
    const falselyAccepted = missed.filter(({ expect }) => expect === 'reject');
    if (!mayAccept) t.same(falselyAccepted, []);
  });
}
