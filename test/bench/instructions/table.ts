/**
 * Owns the committed table: what each unit of work costs now and cost at the commit that the present is held against,
 * in Markdown, a row a line. What this file writes it reads.
 */
import { COLUMNS, type Column, type Cost, type Costs, precise, TITLES } from './cost.js';

/** BASE is the commit that the first column was taken on. */
export const BASE = 'e0b929a';

export interface Table {
  readonly now: Costs;
  readonly base: Costs;
  /** What it was taken with: "GCC 12.2.0, …". */
  readonly taken: string;
}

const TAKEN = 'Taken with ';
const NONE = '–';

function cells(cost: Cost | undefined): string[] {
  return COLUMNS.map((column) =>
    cost === undefined ? NONE : String(precise(column, cost[column])),
  );
}

/** change is in percent, with its sign. */
export function change(from: number, to: number): string {
  const percent = (to / from - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)}%`;
}

function changes(base: Cost | undefined, now: Cost | undefined): string[] {
  if (base === undefined || now === undefined) return [NONE, NONE];
  const all = (cost: Cost): number => cost.ours + cost.libcrypto;
  return [change(base.ours, now.ours), change(all(base), all(now))];
}

const HEADS = [
  'unit of work',
  ...COLUMNS.map((column) => TITLES[column]),
  ...COLUMNS.map((column) => `${BASE}: ${TITLES[column]}`),
  'ours since',
  'all since',
];

/** writeTable gives the whole file. */
export function writeTable({ now, base, taken }: Table): string {
  const rows = new Set([...now.keys(), ...base.keys()]);
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [
    '# What a unit of work costs the worker',
    '',
    `Beside it, what it cost at ${BASE}. Written by \`npm run test:instructions -- --write\`; [the bench](../README.md) says`,
    'how it is counted.',
    '',
    `${TAKEN}${taken}.`,
    '',
    line(HEADS),
    line(HEADS.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...[...rows].map((row) =>
      line([
        row,
        ...cells(now.get(row)),
        ...cells(base.get(row)),
        ...changes(base.get(row), now.get(row)),
      ]),
    ),
    '',
  ].join('\n');
}

function readCost(texts: readonly string[], row: string): Cost | undefined {
  if (texts[0] === NONE) return undefined;
  const value = (column: Column): number => {
    const number = Number(texts[COLUMNS.indexOf(column)]);
    if (Number.isNaN(number)) throw new Error(`the table has no ${TITLES[column]} for "${row}"`);
    return number;
  };
  const [ours, libcrypto] = [value('ours'), value('libcrypto')];
  return { ours, libcrypto, allocations: value('allocations'), systemCalls: value('systemCalls') };
}

/** readTable reads what writeTable wrote. */
export function readTable(text: string): Table {
  const now = new Map<string, Cost>();
  const base = new Map<string, Cost>();
  const width = COLUMNS.length;
  for (const [, content = ''] of text.matchAll(/^\| ((?:host|portable): .*) \|$/gm)) {
    const [row = '', ...texts] = content.split(' | ');
    const present = readCost(texts.slice(0, width), row);
    const past = readCost(texts.slice(width, 2 * width), row);
    if (present !== undefined) now.set(row, present);
    if (past !== undefined) base.set(row, past);
  }
  const taken = text.split('\n').find((line) => line.startsWith(TAKEN)) ?? '';
  return { now, base, taken: taken.slice(TAKEN.length, -1) };
}
