/**
 * Owns issues as they are told to operators: with the place in the file, for the log and the admin socket.
 */
import { basename } from 'node:path';
import type { Source } from '../config/source.js';
import type { Issue } from '../document/issue.js';

export interface PlacedIssue {
  readonly level: Issue['severity'];
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly at: string;
  readonly found: string;
  readonly expected: string;
  readonly fix?: string;
}

export interface IssuesOfFile {
  readonly file: string;
  readonly source: Source;
  readonly issues: readonly Issue[];
}

/** placeIssues finds the place of each. */
export function placeIssues({ file, source, issues }: IssuesOfFile): readonly PlacedIssue[] {
  return issues.map(({ severity, code, at, found, expected, fix, offset, mark }) => {
    const place = offset === undefined ? source.locate(at, mark) : source.positionOf(offset);
    const where = { file: basename(file), line: place.line, column: place.column, at };
    const words = fix === undefined ? { found, expected } : { found, expected, fix };
    return Object.freeze({ level: severity, code, ...where, ...words });
  });
}
