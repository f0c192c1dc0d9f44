/**
 * Owns Issue: one thing that is wrong, or odd, about a configuration, at one place in it.
 */
import type { Problem } from '../parsed.js';

/** IssueCode is stable. Codes of the native core (error_codes.def) appear beside these. */
export type IssueCode =
  | 'syntax'
  | 'private-key'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'not-supported-yet'
  | 'bad-value'
  | 'unknown-name'
  | 'duplicate-name'
  | 'duplicate-bind'
  | 'allows-nobody'
  | 'anonymous-not-possible'
  | 'self-signed-needs-pin'
  | 'route-conflict'
  | 'route-passed'
  | 'wrong-mode'
  | 'condition-too-wide'
  | 'not-pinned'
  | 'weak-pin'
  | 'literal-asterisk'
  | 'file-unusable'
  | 'writable-by-others'
  | 'unused';

/** Mark says whether an issue is about the value at its pointer or about the key that introduces it. */
export type Mark = 'value' | 'key';

export interface Issue extends Problem {
  readonly severity: 'error' | 'warning';
  readonly code: IssueCode | (string & {});
  /** JSON pointer (RFC 6901) into the configuration; '' is all of it. */
  readonly at: string;
  readonly mark: Mark;
  /** Offset into the text, for what has no pointer (syntax, a private key) or shares one (the second of two keys). */
  readonly offset?: number;
}

type Place = Partial<Pick<Issue, 'severity' | 'mark' | 'offset'>>;

/** issue makes a frozen Issue; it is an error about a value unless told otherwise. */
export function issue(code: Issue['code'], at: string, problem: Problem, place: Place = {}): Issue {
  return Object.freeze({ severity: 'error', mark: 'value', code, at, ...problem, ...place });
}

/** pointer appends steps to a JSON pointer. */
export function pointer(base: string, ...steps: readonly (string | number)[]): string {
  const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');
  return steps.reduce<string>((at, step) => `${at}/${escaped(String(step))}`, base);
}

/** pointerSteps takes a JSON pointer apart. */
export function pointerSteps(at: string): string[] {
  if (at === '') return [];
  return at
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
