/**
 * Owns Condition: what a client's `when` asks of a certificate, as the snapshot has it. Mirrors
 * native/snapshot/condition.h. Frozen.
 */

/** Which is the first of several values in the order of the certificate, or one that has no other beside it. */
export type Which = 'first' | 'only';

export type Match =
  | { readonly kind: 'exact'; readonly value: string; readonly which?: Which }
  | { readonly kind: 'glob'; readonly pattern: string; readonly which?: Which }
  /** `address` is in hexadecimal, `bits` how many of its bits count. */
  | { readonly kind: 'network'; readonly address: string; readonly bits: number }
  /** Unix seconds, neither of them included. */
  | { readonly kind: 'time'; readonly after: number | null; readonly before: number | null };

export interface FieldCondition {
  readonly kind: 'field';
  /** JSON pointer of the configuration entry. */
  readonly at: string;
  readonly field: string;
  readonly oneOf: readonly Match[];
}

export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | FieldCondition;

/** partsOf lists what a condition is made of directly. */
export function partsOf(condition: Condition): readonly Condition[] {
  if (condition.kind === 'field') return [];
  return condition.kind === 'not' ? [condition.of] : condition.of;
}

/** fieldsOf lists every field that a condition looks at. */
export function fieldsOf(condition: Condition): readonly FieldCondition[] {
  return condition.kind === 'field' ? [condition] : partsOf(condition).flatMap(fieldsOf);
}

/** depthOf counts the levels of a condition; a field is one. */
export function depthOf(condition: Condition): number {
  return 1 + Math.max(0, ...partsOf(condition).map(depthOf));
}

/** sizeOf counts the parts and matches of a condition. */
export function sizeOf(condition: Condition): number {
  const own = condition.kind === 'field' ? 1 + condition.oneOf.length : 1;
  return partsOf(condition).reduce((sum, part) => sum + sizeOf(part), own);
}

/**
 * holdsForNothing says whether a condition holds where no field matches: one that only says what a certificate must not
 * be holds for nearly all.
 */
export function holdsForNothing(condition: Condition): boolean {
  switch (condition.kind) {
    case 'field':
      return false;
    case 'not':
      return !holdsForNothing(condition.of);
    case 'all':
      return condition.of.every(holdsForNothing);
    case 'any':
      return condition.of.some(holdsForNothing);
  }
}
