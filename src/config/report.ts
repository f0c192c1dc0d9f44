/**
 * Owns the error report: issues as a person reads them, each with file, line, column and JSON pointer, in the order of the
 * file, and a line that sums up. The layout is fixed; scripts may rely on the first line of an entry.
 */

import type { Issue } from '../document/issue.js';
import { visible } from '../parsed.js';
import type { Position, Source } from './source.js';

/** ReportOptions: `file` is the name to print, `colour` whether to use ANSI colours. */
export interface ReportOptions {
  readonly file: string;
  readonly source: Source;
  readonly colour: boolean;
}

const ANSI = { bold: 1, red: 31, green: 32, yellow: 33, dim: 2 } as const;
type Style = keyof typeof ANSI;
type Paint = (style: Style, text: string) => string;

/** painter returns a function that colours text, or leaves it as it is. */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${ANSI[style]}m${text}\u001b[0m` : text);
}

interface Placed {
  readonly issue: Issue;
  readonly position: Position;
}

function placed(issue: Issue, source: Source): Placed {
  const { offset, at, mark } = issue;
  const position = offset === undefined ? source.locate(at, mark) : source.positionOf(offset);
  return { issue, position };
}

function entryText({ issue, position }: Placed, file: string, paint: Paint): string {
  const { severity, at, found, expected, fix } = issue;
  const place = paint('bold', `${visible(file)}:${position.line}:${position.column}`);
  const pointer = at === '' ? '' : `  ${visible(at)}`;
  const warning = severity === 'warning' ? `  ${paint('yellow', '(warning)')}` : '';
  const lines = [
    `${place}${pointer}${warning}`,
    `  found     ${paint(severity === 'warning' ? 'yellow' : 'red', visible(found))}`,
    `  expected  ${visible(expected)}`,
    ...(fix === undefined ? [] : [`  fix       ${paint('green', visible(fix))}`]),
  ];
  return `${lines.join('\n')}\n`;
}

const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun}s`;

/** summary counts issues in words; undefined when there is none. */
export function summary(issues: readonly Issue[]): string | undefined {
  const warnings = issues.filter(({ severity }) => severity === 'warning').length;
  const errors = issues.length - warnings;
  const parts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** sortIssues puts issues in the order of the file. */
export function sortIssues(issues: readonly Issue[], source: Source): Issue[] {
  const byPosition = (a: Placed, b: Placed): number =>
    a.position.line - b.position.line || a.position.column - b.position.column;
  return issues
    .map((issue) => placed(issue, source))
    .sort(byPosition)
    .map(({ issue }) => issue);
}

/** writeReport writes the report of these issues; the empty text when there is none. */
export function writeReport(issues: readonly Issue[], options: ReportOptions): string {
  const { file, source, colour } = options;
  const paint = painter(colour);
  const total = summary(issues);
  if (total === undefined) return '';
  const entries = sortIssues(issues, source).map((issue) =>
    entryText(placed(issue, source), file, paint),
  );
  return `${[...entries, `${visible(file)}: ${total}`].join('\n')}\n`;
}
