/**
 * Owns the written forms of addresses: what a listener binds, and where an upstream is.
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { BOUNDS } from '../generated-bounds.js';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

export interface BindAddress {
  /** An IP address without brackets. */
  readonly address: string;
  readonly port: number;
}

export type Endpoint =
  | { readonly kind: 'tcp' | 'tls'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** BIND_EXPECTED and ENDPOINT_EXPECTED say what these look like, for error reports. */
export const BIND_EXPECTED = 'an IP address and a port, such as "0.0.0.0:8443" or "[::]:8443"';
export const ENDPOINT_EXPECTED =
  '"http://HOST:PORT", "https://HOST:PORT", "tcp://HOST:PORT" or "unix:/path/to/socket"';

// Bytes have none.
const USUAL_PORT: Readonly<Record<string, string>> = { http: '80', https: '443' };
/** The kernel's struct sockaddr_un holds 108 bytes with the final NUL. */
export const MOST_SOCKET_PATH = 107;

/** parseBind reads the address of a listener; port 0 is any free one. */
export function parseBind(text: string): Parsed<BindAddress> {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const [, v6, v4, digits] = match ?? [];
  const port = Number(digits);
  if (match !== null && port <= BOUNDS.port) {
    if (v4 !== undefined && isIPv4(v4)) return good(Object.freeze({ address: v4, port }));
    if (v6 !== undefined && isIPv6(v6)) return good(Object.freeze({ address: v6, port }));
  }
  return bad(quote(text), BIND_EXPECTED, bindFix(text, port));
}

function bindFix(text: string, port: number): string | undefined {
  if (port > BOUNDS.port) return `a port is at most ${BOUNDS.port}`;
  if (/^\d{1,5}$/.test(text)) return `write ${literal(`0.0.0.0:${text}`)}`;
  const portOnly = /^(?:\*)?:(\d{1,5})$/.exec(text)?.[1];
  if (portOnly !== undefined)
    return `write ${literal(`0.0.0.0:${portOnly}`)} or ${literal(`[::]:${portOnly}`)}`;
  const local = /^localhost:(\d{1,5})$/i.exec(text)?.[1];
  if (local !== undefined) return `write ${literal(`127.0.0.1:${local}`)}`;
  if (isIP(text) === 4) return `add a port: ${literal(`${text}:8443`)}`;
  if (isIP(text) === 6) return `add brackets and a port: ${literal(`[${text}]:8443`)}`;
  return undefined;
}

// A password goes into no message, log or status.
const NAMED_USER = [
  'a URL with a user name or a password, which is not shown here',
  ENDPOINT_EXPECTED,
  'remove everything up to and including the "@"; "headers.request.set" of a route can set an Authorization field',
] as const;

/** parseEndpoint reads where an upstream is. A socket's path is returned as written. */
export function parseEndpoint(text: string): Parsed<Endpoint> {
  if (text.startsWith('unix:')) return parseSocket(text);
  if (/^[a-z]+:\/\/[^/]*@/i.test(text)) return bad(...NAMED_USER);
  const match = /^(https?|tcp):\/\/(?:\[([^\]/]+)\]|([^:/?#@[\]]+))(?::(\d{1,5}))?\/?$/.exec(text);
  const [, scheme = '', v6, name, digits] = match ?? [];
  const port = Number(digits ?? USUAL_PORT[scheme]);
  if (match === null || !(port >= 1 && port <= BOUNDS.port)) {
    return bad(quote(text), ENDPOINT_EXPECTED, endpointFix(text));
  }
  const host = v6 === undefined ? name : isIPv6(v6) ? v6 : undefined;
  if (host === undefined || !isHost(host)) return bad(quote(text), ENDPOINT_EXPECTED);
  return good(Object.freeze({ kind: scheme === 'https' ? 'tls' : 'tcp', host, port }));
}

// An all-numeric name that is no IPv4 address ("127.0.0.1.1", "300.1.1.1") would be looked up as a name, or worse, be
// read as an address of another notation.
function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true;
  const isName = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/.test(host) && host.length <= 253;
  return isName && !/(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(host);
}

/** parseUpstreamName reads the name of an upstream: a host name, or an IP address without brackets. */
export function parseUpstreamName(text: string): Parsed<string> {
  if (isHost(text)) return good(text);
  return bad(quote(text), 'a host name or an IP address, such as "app.internal"');
}

function parseSocket(text: string): Parsed<Endpoint> {
  const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (path === '' || path.startsWith('//') || /[\u0000-\u001f\u007f]/.test(path)) {
    return bad(quote(text), '"unix:/path/to/socket"');
  }
  if (Buffer.byteLength(path) > MOST_SOCKET_PATH) {
    return bad(quote(text), `a socket path of at most ${MOST_SOCKET_PATH} bytes`);
  }
  return good(Object.freeze({ kind: 'unix', path }));
}

function endpointFix(text: string): string | undefined {
  if (text.startsWith('/')) return `write ${literal(`unix:${text}`)}`;
  if (/^[\w.-]+:\d{1,5}$/.test(text)) return `write ${literal(`http://${text}`)}`;
  const [, origin = '', path = ''] =
    /^((?:https?|tcp):\/\/[^/?#@]+)(?=[/?#])(\/[^?#]*)?/.exec(text) ?? [];
  if (origin === '') return undefined;
  const prefix = path.replace(/\/+$/, '');
  if (prefix === '' || !origin.startsWith('http')) return `write ${literal(origin)}`;
  const rewrite = `"rewrite": { "addPrefix": ${literal(prefix)} }`;
  return `write ${literal(origin)}; a path belongs to the routes that proxy to it: ${rewrite}`;
}
