/**
 * Every block of README.md and docs/ that somebody may copy: configurations are read, commands are understood, answers have the shape
 * that the gateway gives them. What a person fills in stands as "…" in them. Tables of translations have tests of their own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'tap';
import { parseConfig } from '../../src/config/parse.js';
import { runPinlatch } from '../support/gateway.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const DOCUMENTS = [
  'README.md',
  ...readdirSync(new URL('docs', ROOT)).map((name) => `docs/${name}`),
];

interface Block {
  readonly where: string;
  readonly language: string;
  readonly text: string;
}

const BLOCKS: readonly Block[] = DOCUMENTS.filter((name) => name.endsWith('.md')).flatMap((name) =>
  [...read(name).matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
    ({ 1: language = '', 2: text = '', index }) => ({
      where: `${name}:${read(name).slice(0, index).split('\n').length}`,
      language,
      text,
    }),
  ),
);
const inLanguages = (...languages: readonly string[]): readonly Block[] =>
  BLOCKS.filter(({ language }) => languages.includes(language));

const DIGITS = '9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08';
const filledIn = (text: string): string =>
  text
    .replaceAll(
      /"sha256\/[^"]*…[^"]*"/g,
      `"sha256/${Buffer.from(DIGITS, 'hex').toString('base64')}"`,
    )
    .replaceAll(/"(sha256:)?[0-9A-F:]+…"/g, `"$1${DIGITS}"`);

const REST = {
  trust: { devices: { ca: ['certs/ca.crt'] } },
  listeners: {
    edge: { bind: '0.0.0.0:1', certificates: [{ cert: 'a', key: 'b' }], trust: 'devices' },
  },
  routes: [],
};

// Part of a file has no braces around it. Comments are for the reader of the configuration.
function asFile(text: string): string {
  const whole = text.trimStart().startsWith('{') ? text.trim().slice(1, -1) : text.trim();
  const missing = Object.entries(REST).filter(
    ([key]) => !new RegExp(`^ {0,2}"${key}":`, 'm').test(text),
  );
  const others = missing.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `{ ${[...others, filledIn(whole)].join(',\n')}\n}`;
}

test('every configuration is read, but for names that stand elsewhere', async (t) => {
  const blocks = inLanguages('jsonc');
  t.ok(blocks.length >= 6, `${blocks.length} blocks`);
  for (const { where, text } of blocks) {
    const parsed = parseConfig(asFile(text), '/etc/pinlatch/gateway.json');
    const issues = parsed.ok ? [] : parsed.issues.filter(({ code }) => code !== 'unknown-name');
    t.same(issues, [], where);
  }
});

const ERRORS = new Map(
  [...read('native/base/error_codes.def').matchAll(/"([a-z0-9_-]+)", \w+, (\d+)/g)].map(
    ([, code = '', status]) => [code, Number(status)],
  ),
);

test('every answer and line of the log has a code that there is, with its status', async (t) => {
  const answers = inLanguages('json').filter(({ text }) => text.includes('"code":'));
  t.ok(answers.length >= 2);
  for (const { where, text } of answers) {
    const answer = JSON.parse(text.replace(', … }', ' }'));
    t.ok(ERRORS.has(answer.code), where);
    if (answer.status !== undefined) t.equal(answer.status, ERRORS.get(answer.code), where);
    if (answer.type?.startsWith('urn:'))
      t.equal(answer.type, `urn:pinlatch:problem:${answer.code}`);
  }
});

// Splits a line as a shell does that knows quotes alone, up to a comment.
function words(line: string): readonly string[] {
  const found = line.replace(/ +# .*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
  return [...found].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
}

function commands({ text }: Block): readonly (readonly string[])[] {
  return text
    .split('\n')
    .flatMap((line) => line.split(' | '))
    .filter((line) => line.startsWith('pinlatch '))
    .map((line) => words(line).slice(1));
}

test('every command is understood: what it is given may not be there', async (t) => {
  const folder = t.testdir({});
  const all = inLanguages('sh').flatMap(commands);
  t.ok(all.length >= 15, `${all.length} commands`);
  for (const args of all) {
    // It would serve, on a port that may be taken.
    const asked = args[0] === 'run' ? ['help', 'run'] : args;
    const told = runPinlatch(asked, { cwd: folder });
    await told.exited;
    const text = [...told.output.text, ...told.errors.text].join('\n');
    t.notMatch(text, /see: pinlatch help|unknown command|unknown option/, args.join(' '));
  }
});

test('every document that another one leads to is there', async (t) => {
  for (const name of [...DOCUMENTS, 'DESIGN.md', 'CHANGELOG.md']) {
    if (!name.endsWith('.md')) continue;
    for (const [, path = ''] of read(name).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)) {
      const from = new URL(name, ROOT);
      t.doesNotThrow(() => readFileSync(new URL(path, from)), `${basename(name)}: ${path}`);
    }
  }
});
