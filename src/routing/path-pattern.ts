/**
 * Owns the syntax of path patterns. A pattern is written in the one canonical form that requests are brought into before
 * they are matched (native/http/target.h): anything else could never match, so it is refused with what to write instead.
 */
import { BOUNDS } from '../generated-bounds.js';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { checkLiteral, type LiteralProblem } from './literal-segment.js';
import { isRegularExpression, segmentsFor } from './regular-expression.js';

export type PathSegment = { readonly literal: string } | { readonly parameter: string };

/** PathPattern is a canonical path cut into segments: see native/snapshot/model.h. */
export interface PathPattern {
  readonly segments: readonly PathSegment[];
  readonly trailingSlash: boolean;
  readonly prefix: boolean;
}

/**
 * RoutePath is the pattern of a route, and whether its service tells "/a" from "/a/" (any slash) and "/a" from "/A" (any
 * case, of ASCII letters): null when the route does not say, which is as good as false.
 */
export interface RoutePath extends PathPattern {
  readonly anySlash?: boolean | null;
  readonly anyCase?: boolean | null;
}

/** PATH_EXPECTED says what a pattern looks like, for error reports. */
export const PATH_EXPECTED =
  'a path such as "/api/customer", "/api/customer/*", "/api/{id}" or "/*"';

const SEGMENTS_EXPECTED =
  'a pattern of whole segments: "{name}" for any one, "/*" at the end for the rest';

const PARAMETER = /^\{([A-Za-z_][A-Za-z0-9_-]{0,63})\}$/;

/** parsePathPattern reads a path pattern. */
export function parsePathPattern(text: string): Parsed<PathPattern> {
  const parsed = parse(text);
  return parsed.ok || !isRegularExpression(text) ? parsed : notExpression(text);
}

function notExpression(text: string): Parsed<never> {
  const guess = segmentsFor(text);
  const parsed = parse(guess);
  const found = `${quote(text)}: a regular expression`;
  if (!parsed.ok) return bad(found, SEGMENTS_EXPECTED);
  const isWider = parsed.value.segments.some((segment) => 'parameter' in segment);
  const note = isWider ? ', where "{…}" is any segment: the service has to judge it' : '';
  return bad(found, SEGMENTS_EXPECTED, `write ${literal(guess)}${note}`);
}

function parse(text: string): Parsed<PathPattern> {
  const misplaced = checkWhole(text);
  if (misplaced !== undefined) return misplaced;
  if (text === '/') return pattern([], false, false);
  const pieces = text.slice(1).split('/');
  const last = pieces.at(-1);
  const prefix = last === '*';
  const trailingSlash = last === '';
  const names = prefix || trailingSlash ? pieces.slice(0, -1) : pieces;
  if (names.length > BOUNDS.pathSegments) {
    return bad(`a path of ${names.length} segments`, `at most ${BOUNDS.pathSegments} segments`);
  }
  const parsed = parseSegments(text, names);
  return parsed.ok ? pattern(parsed.value, trailingSlash, prefix) : parsed;
}

function pattern(
  segments: readonly PathSegment[],
  trailingSlash: boolean,
  prefix: boolean,
): Parsed<PathPattern> {
  return good(Object.freeze({ segments: Object.freeze(segments), trailingSlash, prefix }));
}

// The delimiters of a URL are looked at first: with one of them, the pieces would not be segments.
function checkWhole(text: string): Parsed<never> | undefined {
  const found = quote(text);
  const delimiter = /[?#]/.exec(text);
  if (delimiter !== null) {
    const what = delimiter[0] === '?' ? 'a query' : 'a fragment';
    return bad(`${found}: it holds ${what}`, 'the path only', fixOf(beginning(text)));
  }
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(text);
  if (origin !== null) {
    const path = text.slice(origin[0].length) || '/';
    return bad(found, PATH_EXPECTED, `write ${literal(path)}, and name the host in "host"`);
  }
  if (!text.startsWith('/')) return bad(found, PATH_EXPECTED, fixOf(`/${text}`));
  if (text.includes('//')) {
    const fix = fixOf(text.replaceAll(/\/{2,}/g, '/'));
    return bad(`${found}: it holds an empty segment`, 'single slashes', fix);
  }
  return undefined;
}

const beginning = (text: string): string => text.replace(/[?#].*$/s, '') || '/';

function parseSegments(text: string, names: readonly string[]): Parsed<PathSegment[]> {
  const segments: PathSegment[] = [];
  const parameters = new Set<string>();
  for (const [index, name] of names.entries()) {
    const parameter = PARAMETER.exec(name)?.[1];
    if (parameter !== undefined) {
      if (parameters.has(parameter)) {
        return bad(`${quote(text)}: "{${parameter}}" twice`, 'a different name for each parameter');
      }
      parameters.add(parameter);
      segments.push(Object.freeze({ parameter }));
      continue;
    }
    const problem = checkLiteral(name);
    if (problem !== undefined) return badSegment(text, names, index, problem);
    segments.push(Object.freeze({ literal: name }));
  }
  return good(segments);
}

function badSegment(
  text: string,
  names: readonly string[],
  index: number,
  { what, expected, instead }: LiteralProblem,
): Parsed<never> {
  const found = `${quote(text)}: ${what}`;
  if (instead === undefined) return bad(found, expected);
  const tail = text.endsWith('/*') ? ['*'] : text.endsWith('/') ? [''] : [];
  const before = names.slice(0, Math.max(0, index - instead.dropsBefore));
  const kept = [...before, ...instead.segments, ...names.slice(index + 1), ...tail];
  return bad(found, expected, fixOf(`/${kept.join('/')}`));
}

// A guess may have mistakes of its own. Each step takes one away, and there are no more than the path has segments.
function fixOf(guess: string): string | undefined {
  const rest = parse(guess);
  return rest.ok ? `write ${literal(guess)}` : rest.problem.fix;
}

/** pathText writes a pattern as people write it. */
export function pathText({ segments, trailingSlash, prefix }: PathPattern): string {
  const names = segments.map((segment) =>
    'literal' in segment ? segment.literal : `{${segment.parameter}}`,
  );
  return `/${[...names, ...(prefix ? ['*'] : []), ...(trailingSlash ? [''] : [])].join('/')}`;
}
