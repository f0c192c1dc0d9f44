/**
 * Owns the recognition of a path that was written as a regular expression, as other gateways take them, and the pattern that comes
 * nearest. Pure. Only what is no pattern is asked about: "/a(b)" and "/$metadata" are paths.
 */

const TELLTALES: readonly RegExp[] = [
  /^\s*~/, // of nginx
  /^\^/,
  /\$$/,
  /\.[*+?]/,
  /\)[*+?{]/,
  /\(\?/,
  /\([^)/]*\|[^)]*\)/,
  /\[\^?[^\]/]-[^\]]*\]/,
  /\][*+?{]/,
  /\\[dwsDWS./-]/,
];

/** isRegularExpression says whether a text that is no pattern looks like a regular expression. */
export function isRegularExpression(text: string): boolean {
  return TELLTALES.some((telltale) => telltale.test(text));
}

// What stands for "anything" at the end; elsewhere it is one segment.
const REST = /^\(?\.[*+]\)?\??$/;
const PLAIN = /^[\w%.~-]+$/;

/** segmentsFor is the pattern that comes nearest to a regular expression. It may match more, and may be no pattern either. */
export function segmentsFor(text: string): string {
  const bare = text
    .replace(/^\s*~\*?\s*/, '')
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replaceAll(/\\([./-])/g, '$1')
    .replaceAll(/\[\^\/\][*+]?/g, '(one)'); // the slash in it ends no segment
  const names = bare.replace(/^\//, '').split('/');
  let parameters = 0;
  const segments = names.map((name, index) => {
    if (index === names.length - 1 && REST.test(name)) return '*';
    if (name === '' || PLAIN.test(name)) return name;
    parameters++;
    return parameters === 1 ? '{id}' : `{id${parameters}}`;
  });
  return `/${segments.join('/')}`;
}
