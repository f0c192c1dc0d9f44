/**
 * Owns `pinlatch verify`: whether a listener would accept a certificate chain, and if not, why. It runs the listener's own
 * code.
 */
import { readBytes, readCertificatesIn } from '../config/read-file.js';
import { EngineError } from '../engine/engine-error.js';
import {
  problemOfLists,
  type Refusal,
  type Verdict,
  type VerifyRequest,
  verifyChain,
} from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { type Arguments, readOptions } from '../options.js';
import { literal, problemText, quote, visible } from '../parsed.js';
import { pem } from '../pins/certificate-file.js';
import { type Command, EXIT, type Terminal } from './command.js';
import { type Judge, verifyBatch } from './verify-batch.js';

/** Outside is what verify needs of the world. */
export interface Outside {
  readonly verifyChain: Judge;
  /** Standard input, read for --batch only. */
  readonly input: AsyncIterable<Buffer | string>;
  /** Milliseconds, as of Date.now. */
  readonly now: () => number;
}

const OPTIONS = {
  ca: { type: 'string' },
  chain: { type: 'string' },
  crl: { type: 'string', multiple: true },
  time: { type: 'string' },
  purpose: { type: 'string' },
  batch: { type: 'boolean' },
} as const;

type Options = Arguments<typeof OPTIONS>['values'];

function required(options: Options, name: 'ca' | 'chain'): string {
  const value = options[name];
  if (value === undefined) throw new GatewayError('usage', `--${name} FILE is missing`);
  return value;
}

// With a time zone, always: a time that means another second elsewhere is no answer.
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function readTime(text: string | undefined, now: () => number): number {
  if (text === undefined) return Math.floor(now() / 1000);
  if (/^-?\d{1,12}$/.test(text)) return Number(text);
  const milliseconds = ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(milliseconds)) return Math.floor(milliseconds / 1000);
  const expected = 'Unix seconds, "2026-11-22" or "2026-11-22T12:00:00Z"';
  throw new GatewayError('usage', `--time ${quote(text)} is not a time: ${expected}`);
}

function readPurpose(text: string | undefined): VerifyRequest['purpose'] {
  if (text === undefined || text === 'client') return 'client';
  if (text === 'server') return text;
  throw new GatewayError('usage', `--purpose is "client" or "server", not ${quote(text)}`);
}

function acceptedText(path: readonly string[]): string {
  const last = path.length - 1;
  const role = (index: number): string =>
    index === last ? (last === 0 ? 'leaf and anchor' : 'anchor') : index === 0 ? 'leaf' : '';
  const lines = path.map((subject, index) => `  ${role(index).padEnd(15)}  ${visible(subject)}`);
  return `accepted\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function refusedText({ rule, section, certificate, detail, remedy }: Refusal): string {
  const rows: readonly (readonly [string, string])[] = [
    ['rule', `${rule} (${section})`],
    ['certificate', certificate],
    ['detail', detail],
    ['remedy', remedy],
  ];
  const lines = rows
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `  ${name.padEnd(11)}  ${visible(text)}`);
  return `refused\n${lines.join('\n')}\n`;
}

// The words are the engine's own for a file of a configuration.
function refuse(code: string, file: string, words: string): never {
  throw new EngineError(code, `${literal(file)}: ${words}`, { source: 'config' });
}

async function readPem(file: string, place: 'authorities' | 'presented'): Promise<Buffer> {
  const { certificates, problem } = await readCertificatesIn(file, place);
  if (problem !== null) {
    const isEmpty = place === 'authorities' && certificates.length === 0;
    refuse(isEmpty ? 'trust-empty' : 'certificate-invalid', file, problemText(problem));
  }
  return Buffer.from(certificates.map((der) => pem('CERTIFICATE', der)).join(''));
}

async function readLists(file: string): Promise<Buffer> {
  const bytes = await readBytes(file);
  const problem = problemOfLists(bytes, file);
  return problem === '' ? bytes : refuse('crl-invalid', file, problem);
}

async function verifyFiles(options: Options, terminal: Terminal, outside: Outside) {
  const [anchors, presented] = [required(options, 'ca'), required(options, 'chain')];
  const ca = await readPem(anchors, 'authorities');
  const chain = await readPem(presented, 'presented');
  const crls = await Promise.all((options.crl ?? []).map(readLists));
  const time = readTime(options.time, outside.now);
  const purpose = readPurpose(options.purpose);
  const verdict: Verdict = outside.verifyChain({ ca, chain, crls, time, purpose });
  terminal.write(verdict.ok ? acceptedText(verdict.path) : refusedText(verdict));
  for (const one of verdict.leftOut) terminal.write(`left out: ${visible(one)}\n`);
  return verdict.ok ? EXIT.fine : EXIT.invalid;
}

/** runVerify is the command with the outside passed in. */
export async function runVerify(
  args: readonly string[],
  terminal: Terminal,
  outside: Outside,
): Promise<number> {
  const { batch, ...options } = readOptions(args, OPTIONS);
  if (batch !== true) return verifyFiles(options, terminal, outside);
  const [other] = Object.keys(options);
  if (other !== undefined) {
    throw new GatewayError(
      'usage',
      `--batch takes its requests from standard input, no --${other}`,
    );
  }
  const allAnswered = await verifyBatch(outside.input, outside.verifyChain, (line) =>
    terminal.write(line),
  );
  return allAnswered ? EXIT.fine : EXIT.unusable;
}

export const verify: Command = {
  help: `usage: pinlatch verify --ca FILE --chain FILE [--crl FILE]… [--time TIME] [--purpose client|server]
       pinlatch verify --batch

Checks whether a listener would accept a certificate chain, with the listener's own code. Prints
the path from the leaf to the anchor, or the rule that is violated, the standard that has it, the
certificate that fails, and what to do.

  --ca FILE       the certificates of a trust bundle, PEM or DER
  --chain FILE    the certificates that the peer presents, PEM with the leaf first, or DER
  --crl FILE      revocation lists, PEM or DER; if any is given, every certificate except the
                  anchor needs a current list from its issuer
  --time TIME     verify at this time, Unix seconds or ISO 8601. Default: now
  --purpose       client or server: what the leaf is used for. Default: client

  --batch         reads JSON objects from standard input, one a line, and answers each with a line:
                  {"id","ca","chain","crl"?,"time","purpose","maxDepth"?,"crlRequired"?,
                  "minRsaBits"?} → {"id","ok","reason"}, PEM in strings, time in Unix seconds.
                  With crlRequired, every certificate except the anchor needs a current list; with
                  crl alone, only certificates whose issuer has a list in crl. A line that is not a
                  valid request is answered with "error": true.

exit code: 0 accepted, 1 refused, 2 a file or an option cannot be used;
           with --batch: 0 if every line was a valid request, else 2
`,
  run: (args, terminal) =>
    runVerify(args, terminal, { verifyChain, input: process.stdin, now: Date.now }),
};
