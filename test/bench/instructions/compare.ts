/**
 * Owns the judgement: whether what was measured is still what the committed table says.
 */
import { COLUMNS, type Column, type Cost, type Costs, precise, TITLES } from './cost.js';
import { change } from './table.js';

export interface Finding {
  readonly fails: boolean;
  readonly text: string;
}

/** How far instructions may move before somebody is told. */
const SHARE = 0.03;
/** Of allocations and system calls none may come; what moves by less than this, chance has moved. */
const COUNT_SHARE = 0.005;
const COUNT_LEAST = 0.5;

function room(column: Column, value: number): number {
  const isShare = column === 'ours' || column === 'libcrypto';
  return isShare ? value * SHARE : Math.max(value * COUNT_SHARE, COUNT_LEAST);
}

function compareCell(row: string, column: Column, from: number, to: number): Finding | undefined {
  const moved = to - from;
  if (Math.abs(moved) <= room(column, from)) return undefined;
  const size = from === 0 ? '' : ` (${change(from, to)})`;
  const text = `${row}: ${TITLES[column]} ${from} → ${precise(column, to)}${size}`;
  // A figure that is none is no improvement.
  return { fails: !(moved < 0), text };
}

function compareRow(row: string, from: Cost | undefined, to: Cost | undefined): Finding[] {
  if (to === undefined)
    return [{ fails: true, text: `${row}: is in the table and was not measured` }];
  if (from === undefined)
    return [{ fails: true, text: `${row}: was measured and is not in the table` }];
  return COLUMNS.map((column) => compareCell(row, column, from[column], to[column])).filter(
    (finding) => finding !== undefined,
  );
}

/** compare tells every row that is dearer, which fails, every one that is cheaper, and those of one side alone. */
export function compare(table: Costs, measured: Costs): Finding[] {
  const rows = new Set([...table.keys(), ...measured.keys()]);
  return [...rows].flatMap((row) => compareRow(row, table.get(row), measured.get(row)));
}
