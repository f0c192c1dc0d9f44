/**
 * Owns the batch form of `pinlatch verify`: JSON requests in, JSON verdicts out, one a line, in order. A line that is no
 * request is answered as such and does not end the batch.
 */
import { EngineError } from '../engine/engine-error.js';
import type { Verdict, VerifyRequest } from '../engine/native.js';
import { jsonText } from '../parsed.js';

/** Judge is the native verifier. */
export type Judge = (request: VerifyRequest) => Verdict;

type Id = string | number | null;

interface BatchRequest {
  readonly id: Id;
  readonly request: VerifyRequest;
}

interface Answer {
  readonly id: Id;
  readonly ok: boolean;
  readonly reason: string;
  readonly error?: true;
}

/** Unusable is thrown for a line that is no request. */
class Unusable extends Error {
  readonly id: Id;

  constructor(id: Id, reason: string) {
    super(reason);
    this.id = id;
  }
}

const MOST_COUNT = 2 ** 31 - 1;

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseLine(line: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Unusable(null, 'it is not JSON');
  }
  if (!isMembers(value)) throw new Unusable(null, 'it is not a JSON object');
  return value;
}

function readId({ id }: Members): Id {
  if (typeof id === 'string' || typeof id === 'number') return id;
  throw new Unusable(null, '"id" must be a text or a number');
}

/** Fields reads the members of one request; what a request does not know is left alone, as vectors carry more. */
class Fields {
  readonly #members: Members;
  readonly #id: Id;

  constructor(members: Members, id: Id) {
    this.#members = members;
    this.#id = id;
  }

  pem(name: string): Buffer {
    const value = this.#members[name];
    if (typeof value === 'string') return Buffer.from(value);
    return this.#refuse(name, 'PEM text');
  }

  purpose(): VerifyRequest['purpose'] {
    const { purpose } = this.#members;
    if (purpose === 'client' || purpose === 'server') return purpose;
    return this.#refuse('purpose', '"client" or "server"');
  }

  time(): number {
    const { time } = this.#members;
    if (Number.isSafeInteger(time)) return time as number;
    return this.#refuse('time', 'a whole number of Unix seconds');
  }

  count(name: string): number | undefined {
    const value = this.#members[name];
    if (value === undefined) return undefined;
    const isCount = Number.isSafeInteger(value) && (value as number) >= 0;
    if (isCount && (value as number) <= MOST_COUNT) return value as number;
    return this.#refuse(name, `a whole number from 0 to ${MOST_COUNT}`);
  }

  flag(name: string): boolean {
    const value = this.#members[name] ?? false;
    if (typeof value === 'boolean') return value;
    return this.#refuse(name, 'true or false');
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined;
  }

  #refuse(name: string, expected: string): never {
    throw new Unusable(this.#id, `"${name}" must be ${expected}`);
  }
}

function readRequest(line: string): BatchRequest {
  const members = parseLine(line);
  const id = readId(members);
  const fields = new Fields(members, id);
  const maxDepth = fields.count('maxDepth');
  const minRsaBits = fields.count('minRsaBits');
  const crlRequired = fields.flag('crlRequired');
  const request = {
    ca: fields.pem('ca'),
    chain: fields.pem('chain'),
    crls: fields.has('crl') ? [fields.pem('crl')] : [],
    time: fields.time(),
    purpose: fields.purpose(),
    crlRequired,
    // Lists that are merely there speak for the issuers that they are of.
    unlistedIssuersPass: !crlRequired,
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(minRsaBits === undefined ? {} : { minRsaBits }),
  };
  return { id, request };
}

function judge({ id, request }: BatchRequest, verifyChain: Judge): Answer {
  try {
    const verdict = verifyChain(request);
    return verdict.ok
      ? { id, ok: true, reason: `path: ${verdict.path.join(' <- ')}` }
      : { id, ok: false, reason: verdict.reason };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.source === 'engine') throw error; // no verifier at all, which no line is to blame for
    // A listener whose trust bundle cannot be read admits nobody.
    return { id, ok: false, reason: `unusable: ${error.message}` };
  }
}

function answer(line: string, verifyChain: Judge): Answer {
  try {
    return judge(readRequest(line), verifyChain);
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    const reason = `unusable request: ${error.message}`;
    return { id: error.id, ok: false, reason, error: true };
  }
}

// Not node:readline, which also ends lines at characters that JSON texts may hold as they are (U+2028).
async function* linesOf(input: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: false });
  let pieces: string[] = [];
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const [first = '', ...rest] = text.split('\n');
    pieces.push(first);
    for (const next of rest) {
      yield pieces.join('');
      pieces = [next];
    }
  }
  yield pieces.join('') + decoder.decode();
}

/**
 * verifyBatch answers every line of `input` that is not blank. It resolves with whether all of them were requests. Error:
 * EngineError when there is no verifier.
 */
export async function verifyBatch(
  input: AsyncIterable<Buffer | string>,
  verifyChain: Judge,
  write: (line: string) => void,
): Promise<boolean> {
  let allAnswered = true;
  for await (const line of linesOf(input)) {
    if (line.trim() === '') continue;
    const answered = answer(line, verifyChain);
    if (answered.error === true) allAnswered = false;
    write(`${jsonText(answered)}\n`);
  }
  return allAnswered;
}
