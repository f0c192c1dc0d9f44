/**
 * Owns shapes: what JSON of another process, or of a file, must look like before its type is believed. The compiler holds a shape to its type, so
 * that neither has a member that the other lacks.
 */

/** Shape<T> tells a T from anything else. It passes over members that T does not name: a newer sender may have more. */
export interface Shape<T> {
  /** misfit names the first place of `value` that is not as T has it, such as ".listeners[0].port", '' for all of it. */
  misfit(value: unknown): string | undefined;
  /** For the compiler alone: without it, a Shape<'a'> would pass for a Shape<'a' | 'b'>. */
  readonly type?: (value: T) => T;
}

/** fits says whether a value has the shape. */
export function fits<T>(shape: Shape<T>, value: unknown): value is T {
  return shape.misfit(value) === undefined;
}

/** where is a T wherever `isFine` says so. */
export function where<T>(isFine: (value: unknown) => boolean): Shape<T> {
  return Object.freeze({ misfit: (value: unknown) => (isFine(value) ? undefined : '') });
}

export const text = where<string>((value) => typeof value === 'string');
export const someText = where<string>((value) => typeof value === 'string' && value !== '');
export const number = where<number>((value) => typeof value === 'number');
export const truth = where<boolean>((value) => typeof value === 'boolean');

/** anything is any value at all. */
export const anything = where<unknown>(() => true);

/** oneOf is one of these words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Shape<Word> {
  const known: ReadonlySet<unknown> = new Set(words);
  return where<Word>((value) => known.has(value));
}

/** orNull allows null beside what the shape allows. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return Object.freeze({
    misfit: (value: unknown) => (value === null ? undefined : shape.misfit(value)),
  });
}

/** optional is of a member that may be left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return Object.freeze({
    misfit: (value: unknown) => (value === undefined ? undefined : shape.misfit(value)),
  });
}

type Part = readonly [at: string, misfit: string | undefined];

function firstMisfit(parts: Iterable<Part>): string | undefined {
  for (const [at, misfit] of parts) if (misfit !== undefined) return `${at}${misfit}`;
  return undefined;
}

function* elementsOf<T>(shape: Shape<T>, values: readonly unknown[]): Generator<Part> {
  for (const [index, value] of values.entries()) yield [`[${index}]`, shape.misfit(value)];
}

/** listOf is a list of values of one shape. */
export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return Object.freeze({
    misfit: (value: unknown) => (Array.isArray(value) ? firstMisfit(elementsOf(shape, value)) : ''),
  });
}

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** byName is an object whose members have any names, and values of one shape. */
export function byName<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  function* parts(value: Members): Generator<Part> {
    for (const [name, member] of Object.entries(value)) yield [`.${name}`, shape.misfit(member)];
  }
  return Object.freeze({
    misfit: (value: unknown) => (isObject(value) ? firstMisfit(parts(value)) : ''),
  });
}

/** record is an object with these members. What an object inherits is none of its members. */
export function record<T>(members: { readonly [Name in keyof T]-?: Shape<T[Name]> }): Shape<T> {
  const shapes: readonly (readonly [string, Shape<never>])[] = Object.entries(members);
  function* parts(value: Members): Generator<Part> {
    for (const [name, shape] of shapes) {
      yield [`.${name}`, shape.misfit(Object.hasOwn(value, name) ? value[name] : undefined)];
    }
  }
  return Object.freeze({
    misfit: (value: unknown) => (isObject(value) ? firstMisfit(parts(value)) : ''),
  });
}
