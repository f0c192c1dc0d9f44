/**
 * Owns the host of a route, canonical as the data plane compares it (lower case, no port, no final dot; an IPv6 address in
 * brackets, shortest form), and the server names that clients ask for in TLS.
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
    return bad(
      found,
      HOST_EXPECTED,
      'wildcards are not supported yet: write one route for each host, or leave out "host"',
    );
  }
  const bare = bareName(text);
  const guess = isCanonical(bare) ? `write ${literal(bare)}` : undefined;
  return bad(found, `${HOST_EXPECTED}, in lower case, without scheme, port or final dot`, guess);
}

const SERVER_NAME_EXPECTED = 'a server name such as "api.example.com" or "*.example.com"';

/** parseServerName reads a name that clients ask for in TLS; "*." in front of it stands for exactly one label. */
export function parseServerName(text: string): Parsed<string> {
  const host = text.replace(/^\*\./, '');
  if (isCanonical(host) && !isIPv4(host)) return good(text);
  if (isIPv4(host) || host.startsWith('[')) {
    const why =
      'clients ask for names only; connections to an IP address use the settings of the listener';
    return bad(quote(text), SERVER_NAME_EXPECTED, why);
  }
  if (host.includes('*')) {
    return bad(quote(text), `${SERVER_NAME_EXPECTED}: "*" stands for the whole first label`);
  }
  const bare = bareName(host);
  const written = text === host ? bare : `*.${bare}`;
  const guess = isCanonical(bare) && !isIPv4(bare) ? `write ${literal(written)}` : undefined;
  return bad(
    quote(text),
    `${SERVER_NAME_EXPECTED}, in lower case, without port or final dot`,
    guess,
  );
}

/** coversHost returns whether a server name, perhaps with a star, is that of a host. */
export function coversHost(serverName: string, host: string): boolean {
  if (!serverName.startsWith('*.')) return serverName === host;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === serverName.slice(1);
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
