/**
 * Owns remembered revocation lists as people read them: one a line, with what forget-list takes first.
 */
import type { ListNumber } from '../control/admin-list-numbers.js';
import { literal, visible } from '../parsed.js';

const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

function kindOf({ delta, covers, key }: ListNumber): string {
  const kind = `${delta ? 'delta lists, ' : ''}${covers}`;
  return key === '' ? `${kind} (not kept: nobody has shown the issuer's certificate yet)` : kind;
}

function cellsOf(list: ListNumber): readonly string[] {
  const { bundle, issuer, number, thisUpdate } = list;
  return [
    visible(bundle),
    literal(issuer),
    number === '' ? 'no number' : number,
    `issued ${dateOf(thisUpdate)}Z`,
    kindOf(list),
  ];
}

/** listNumbersText writes lists in columns, ended by a line feed. */
export function listNumbersText(lists: readonly ListNumber[]): string {
  if (lists.length === 0) return 'no revocation list is remembered\n';
  const rows = lists.map(cellsOf);
  const widthOf = (column: number): number =>
    Math.max(...rows.map((cells) => (cells[column] ?? '').length));
  const padded = rows.map((cells) => cells.map((cell, at) => cell.padEnd(widthOf(at))));
  return padded.map((cells) => `${cells.join('  ').trimEnd()}\n`).join('');
}
