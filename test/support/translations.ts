/**
 * Owns the rows of the tables of docs/conditions.md: what stood in another product's file, and the `when` that it becomes.
 */
import { readFileSync } from 'node:fs';

export const CONDITIONS_DOCUMENT = readFileSync(
  new URL('../../docs/conditions.md', import.meta.url),
  'utf8',
);

/** conditionsSection is the text below a heading of the second level, from the words that it begins with. */
export const conditionsSection = (title: string): string =>
  CONDITIONS_DOCUMENT.split(/^## /m).find((text) => text.startsWith(title)) ?? '';

export interface Translation {
  /** Without the marks of Markdown. */
  readonly from: string;
  readonly when: Readonly<Record<string, unknown>>;
}

/** translationsOf are the rows of a section. */
export function translationsOf(title: string): readonly Translation[] {
  return conditionsSection(title)
    .split('\n')
    .flatMap((line) => {
      const [, from, json] = /^\| `(.*?)` \| `(\{.*\})` \|$/.exec(line) ?? [];
      if (from === undefined || json === undefined) return [];
      return [{ from: from.replaceAll('\\|', '|'), when: JSON.parse(json) }];
    });
}
