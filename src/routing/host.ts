/**
 * Owns the host of a route: canonical as the data plane compares it (lower case, no port, no final dot; an IPv6 address in
 * brackets, shortest form).
 */
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

/** HOST_EXPECTED says what a host looks like, for error reports. */
export const HOST_EXPECTED = 'a host name such as "api.example.com"';

const NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
const LONGEST = 253;

// A name whose last label is a number is an IPv4 address in one notation or another: only the common one is taken.
function isCanonical(text: string): boolean {
  if (!NAME.test(text) || text.length > LONGEST) return false;
  return !/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(text) || isIPv4(text);
}

/** parseHost reads the host of a route. */
export function parseHost(text: string): Parsed<string> {
  const found = quote(text);
  if (text.startsWith('[')) return parseAddress(text);
  if (isCanonical(text)) return good(text);
  if (text.includes('*')) {
    return bad(found, HOST_EXPECTED, 'wildcards are not supported yet: one route a host, or none');
  }
  const bare = bareName(text);
  const guess = isCanonical(bare) ? `write ${literal(bare)}` : undefined;
  return bad(found, `${HOST_EXPECTED}, in lower case, without scheme, port or final dot`, guess);
}

function bareName(text: string): string {
  const name = text
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[:/].*$/, '')
    .replace(/\.$/, '');
  return domainToASCII(name) || name.toLowerCase();
}

function parseAddress(text: string): Parsed<string> {
  const address = /^\[([0-9a-fA-F:.]+)\]/.exec(text)?.[1];
  if (address === undefined || !isIPv6(address)) return bad(quote(text), HOST_EXPECTED);
  const canonical = new URL(`http://[${address}]/`).hostname;
  if (canonical === text) return good(text);
  return bad(quote(text), 'the shortest form of the address', `write ${literal(canonical)}`);
}
