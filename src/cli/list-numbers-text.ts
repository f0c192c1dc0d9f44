/**
 * Owns remembered revocation lists as people read them: one a line, with what forget-list takes first.
 */

import type { ListNumber } from '../admin/admin-verbs.js';
import { visible } from '../parsed.js';
import { shellQuoted } from '../shell-words.js';
import { momentText } from '../timestamp.js';
import { columnsOf, padColumns } from './columns.js';

function kindOf({ delta, covers, key }: ListNumber): string {
  const kind = `${delta ? 'delta lists, ' : ''}${covers}`;
  return key === '' ? `${kind} (not kept: nobody has shown the issuer's certificate yet)` : kind;
}

// Enough to tell the keys of one name apart, and to name one with --key.
const SHOWN_OF_KEY = 16;

function keyOf({ key, keyId }: ListNumber): string {
  const shown = (key || keyId).slice(0, SHOWN_OF_KEY);
  return shown === '' ? 'no key known' : `key ${shown}`;
}

function cellsOf(list: ListNumber): readonly string[] {
  const { bundle, issuer, number, thisUpdate } = list;
  return [
    visible(bundle),
    visible(shellQuoted(issuer)),
    keyOf(list),
    number === '' ? 'no number' : number,
    `issued ${momentText(thisUpdate)}`,
    kindOf(list),
  ];
}

/** listNumbersText writes lists in columns, ended by a line feed. */
export function listNumbersText(lists: readonly ListNumber[]): string {
  if (lists.length === 0) return 'no revocation list is remembered\n';
  const rows = lists.map(cellsOf);
  const widthOf = (column: number): number =>
    Math.max(...rows.map((cells) => columnsOf(cells[column] ?? '')));
  const padded = rows.map((cells) => cells.map((cell, at) => padColumns(cell, widthOf(at))));
  return padded.map((cells) => `${cells.join('  ').trimEnd()}\n`).join('');
}
