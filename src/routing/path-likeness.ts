/**
 * Owns the comparison of route patterns: which of them some request could fit alike. As the data plane compares them
 * (native/policy/path_likeness.h). Pure.
 */
import { type PathSegment, pathText, type RoutePath } from './path-pattern.js';

// ASCII letters only: other characters are percent-encoded, in one case.
const folded = (text: string): string =>
  text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

// The names of parameters do not tell two patterns apart.
function anonymous(segment: PathSegment, foldsCase: boolean): PathSegment {
  if (!('literal' in segment)) return { parameter: '' };
  return foldsCase ? { literal: folded(segment.literal) } : segment;
}

function textOf(path: RoutePath, foldsCase: boolean, dropsSlash: boolean): string {
  const segments = path.segments.map((segment) => anonymous(segment, foldsCase));
  const trailingSlash = path.trailingSlash && !dropsSlash;
  return pathText({ ...path, segments, trailingSlash });
}

/** shapeOf is the same for patterns that could fit a request alike. */
export const shapeOf = (path: RoutePath): string => textOf(path, true, true);

/** isLenient says whether a pattern passes over trailing slashes or case. */
export const isLenient = ({ anySlash, anyCase }: RoutePath): boolean =>
  anySlash === true || anyCase === true;

/** identityOf is the same for patterns that every request fits alike. */
export function identityOf(path: RoutePath): string {
  const [anySlash, anyCase] = [path.anySlash === true, path.anyCase === true];
  return `${anySlash ? 's' : ''}${anyCase ? 'c' : ''} ${textOf(path, anyCase, anySlash)}`;
}

/** fitAlike says, of two patterns of one shape, whether some request fits both. */
export function fitAlike(a: RoutePath, b: RoutePath): boolean {
  const foldsCase = a.anyCase === true || b.anyCase === true;
  const dropsSlash = a.anySlash === true || b.anySlash === true;
  return textOf(a, foldsCase, dropsSlash) === textOf(b, foldsCase, dropsSlash);
}
