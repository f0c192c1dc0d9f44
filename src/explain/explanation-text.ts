/**
 * Owns the explanation of a refusal as a person reads it. Pure. What a client put into its certificate or request is made
 * visible before it reaches the terminal.
 */
import { visible } from '../parsed.js';
import type { Advice, Explanation, Obstacle } from './explanation.js';

const indented = (lines: readonly string[]): string =>
  lines.map((line) => `  ${visible(line)}\n`).join('');

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${indented(lines)}`;
}

function obstacleLines({ code, words, remedy }: Obstacle): readonly string[] {
  return [`${code}: ${words}`, ...(remedy === undefined ? [] : [`  what to do: ${remedy}`])];
}

function adviceLines({ words, json }: Advice): readonly string[] {
  if (json === undefined) return [words];
  return [`${words}:`, ...json.split('\n').map((line) => `  ${line}`)];
}

/** explanationText writes an explanation; `headline` says what it is about. */
export function explanationText(headline: string, explanation: Explanation): string {
  const { admitted, expected, presented, obstacles, toAdmit } = explanation;
  const width = Math.max(...presented.map(([name]) => name.length));
  const rows = presented.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [
    `${admitted ? 'admitted' : 'refused'}: ${visible(headline)}\n`,
    section('what was expected', expected),
    section('what was presented', rows),
    section('why it is refused', obstacles.flatMap(obstacleLines)),
    section('if this client should get in', toAdmit === undefined ? [] : adviceLines(toAdmit)),
  ].join('');
}
