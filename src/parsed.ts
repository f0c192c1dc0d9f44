/**
 * Owns the outcome of reading one piece of text that a person wrote: the value, or a problem in that person's words.
 */

/** Problem says what was found, what was expected instead and, where it can be guessed, what to write. */
export interface Problem {
  readonly found: string;
  readonly expected: string;
  readonly fix?: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

export function good<T>(value: T): Parsed<T> {
  return Object.freeze({ ok: true, value });
}

/** problem makes a frozen Problem. */
export function problem(found: string, expected: string, fix?: string): Problem {
  return Object.freeze(fix === undefined ? { found, expected } : { found, expected, fix });
}

/** problemText writes a problem in one line. */
export function problemText({ found, expected, fix }: Problem): string {
  return `found ${found}; expected ${expected}${fix === undefined ? '' : `; ${fix}`}`;
}

/** bad is the outcome with a problem. */
export function bad(found: string, expected: string, fix?: string): Parsed<never> {
  return Object.freeze({ ok: false, problem: problem(found, expected, fix) });
}

/** validated takes the value of what has been validated before; a problem here is a bug. */
export function validated<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) {
    throw new TypeError(`this was validated before, yet found ${parsed.problem.found}`);
  }
  return parsed.value;
}

const LONGEST_QUOTE = 80;

// Control and format characters and separators of lines could move the cursor of a terminal, hide text from its reader or
// end a line for a tool. The data plane has the same in native/base/hidden_characters.def.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** visible escapes, as JSON does, what a terminal would obey or not show. */
export function visible(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => character.split('').map(escaped).join(''));
}

/** jsonText writes a value as JSON, indented or on one line, with what visible escapes escaped. */
export function jsonText(value: unknown, indent?: number): string {
  const lines = (JSON.stringify(value, null, indent) ?? 'null').split('\n');
  return lines.map(visible).join('\n');
}

/** literal writes text as JSON, whole, and safe to print on a terminal: for what is to be pasted. */
export function literal(text: string): string {
  return visible(JSON.stringify(text));
}

/** quote is literal, shortened: for what was found. */
export function quote(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text;
  return literal(short);
}
