/**
 * Scores `pinlatch verify --batch`, as it is built, on public vectors that nobody here wrote. They are not part of the
 * project: where they are absent, the tests say that they skip.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';

const VECTORS = new URL('../../../shared/vectors/', import.meta.url);
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

function linesOf<T>(content: string): readonly T[] {
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
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

/** File is one file of vectors, and what is at least right in it. Strictness of the Web PKI is no rule of RFC 5280. */
interface File {
  readonly name: string;
  readonly cases: number;
  readonly least: number;
  readonly mayAccept?: true;
}

const FILES: readonly File[] = [
  { name: 'x509-limbo-core.jsonl', cases: 93, least: 93 },
  { name: 'x509-limbo-name-constraints.jsonl', cases: 454, least: 454 },
  { name: 'pkits.jsonl', cases: 79, least: 78 },
  { name: 'hand-made.jsonl', cases: 13, least: 13 },
  { name: 'x509-limbo-policy.jsonl', cases: 28, least: 17, mayAccept: true },
];

for (const { name, cases, least, mayAccept } of FILES) {
  const file = new URL(name, VECTORS);
  const skip = existsSync(file) ? false : 'the public vectors are not here';
  const bound = mayAccept ? 'scored apart' : `${least} of ${cases} right, none falsely accepted`;
  test(`${name}: ${bound}`, { skip }, async (t) => {
    const content = readFileSync(file, 'utf8');
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
    t.comment(`${name}: ${vectors.length - missed.length} of ${vectors.length} right`);
    t.ok(vectors.length - missed.length >= least, 'as many are right as before');
    const falselyAccepted = missed.filter(({ expect }) => expect === 'reject');
    if (!mayAccept) t.same(falselyAccepted, []);
  });
}
