/**
 * Owns the rules for what an upstream gets in place of what the client asked for: path prefixes and the Host. As strict as
 * the data plane's own decoder (native/snapshot/decode_forwarding.cc).
 */
import { BOUNDS } from '../generated-bounds.js';
import { bad, good, literal, type Parsed, quote, validated } from '../parsed.js';
import { parseHost } from '../routing/host.js';
import { type PathPattern, parsePathPattern } from '../routing/path-pattern.js';
import type { RawRewrite } from './generated-shape.js';

export type HostRewrite = RawRewrite['host'];

/** Rewrite is what a route says; `stripPrefix` is judged against the route's own path later. */
export interface Rewrite {
  readonly stripPrefix: PathPattern | null;
  /** In canonical form, without a final slash; '' adds nothing. */
  readonly addPrefix: string;
  readonly host: HostRewrite;
}

/** parsePathPrefix reads a prefix: a path of whole segments, such as "/api". */
export function parsePathPrefix(text: string): Parsed<PathPattern> {
  if (text.length > BOUNDS.prefixBytes) {
    return bad(`${text.length} characters`, `at most ${BOUNDS.prefixBytes}`);
  }
  const parsed = parsePathPattern(text);
  if (!parsed.ok) return parsed;
  const { segments, prefix, trailingSlash } = parsed.value;
  const plain = prefix ? text.slice(0, -2) : trailingSlash ? text.slice(0, -1) : text;
  const expected = 'a path of whole segments, such as "/api"';
  if (segments.length === 0) return bad(quote(text), expected, 'leave it out');
  if (plain !== text) return bad(quote(text), expected, `write ${literal(plain)}`);
  return parsed;
}

/** checkAddedPrefix judges a prefix that is put in front: one without parameters, which nothing would fill. */
export function checkAddedPrefix(text: string): Parsed<PathPattern> {
  const parsed = parsePathPrefix(text);
  if (!parsed.ok || parsed.value.segments.every((segment) => 'literal' in segment)) return parsed;
  return bad(quote(text), 'a prefix without parameters');
}

/** checkAuthority judges a Host: a host in its one spelling, with a port or without. */
export function checkAuthority(text: string): Parsed<string> {
  const [, name = '', port] = /^(.*?)(?::([0-9]{1,5}))?$/s.exec(text) ?? [];
  const host = parseHost(name);
  if (!host.ok) return bad(quote(text), 'a host, such as "crm.internal" or "127.0.0.1:9000"');
  const number = Number(port ?? 1);
  if (number >= 1 && number <= BOUNDS.port && !/^0/.test(port ?? '')) return good(text);
  return bad(quote(text), `a port from 1 to ${BOUNDS.port}`);
}

/** readRewrite reads what passed. */
export function readRewrite({ stripPrefix, addPrefix = '', host }: RawRewrite): Rewrite {
  return Object.freeze({
    stripPrefix: stripPrefix === undefined ? null : validated(parsePathPrefix(stripPrefix)),
    addPrefix,
    host: typeof host === 'string' ? host : Object.freeze({ name: host.name }),
  });
}
