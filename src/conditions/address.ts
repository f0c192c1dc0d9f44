/**
 * Owns the IP addresses and networks that conditions compare with, as bytes.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import type { Match } from './condition.js';

function ofIPv4(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

// The last two groups may be written as an IPv4 address.
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const bytes = ofIPv4(group);
    return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  });
}

function ofIPv6(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  const bytes = Buffer.alloc(16);
  [...first, ...zeros, ...last].forEach((group, index) => {
    bytes.writeUInt16BE(group, index * 2);
  });
  return bytes;
}

function bytesOf(text: string): Buffer | undefined {
  if (isIPv4(text)) return ofIPv4(text);
  return isIPv6(text) && !text.includes('%') ? ofIPv6(text) : undefined;
}

function network(bytes: Buffer, bits: number): Match {
  return Object.freeze({ kind: 'network', address: bytes.toString('hex'), bits });
}

/** parseAddress reads one address: a network of one. */
export function parseAddress(text: string): Parsed<Match> {
  const bytes = bytesOf(text);
  if (bytes !== undefined) return good(network(bytes, bytes.length * 8));
  const fix = parseNetwork(text).ok ? `write { "cidr": ${literal(text)} }` : undefined;
  return bad(quote(text), 'an IP address such as "10.1.2.3" or "2001:db8::1"', fix);
}

/** parseNetwork reads a network in CIDR form; bits behind the prefix must be zero. */
export function parseNetwork(text: string): Parsed<Match> {
  const [, address = '', digits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = bytesOf(address);
  const bits = Number(digits);
  if (bytes === undefined || bits > bytes.length * 8) {
    return bad(quote(text), 'a network such as "10.0.0.0/8" or "2001:db8::/32"');
  }
  const masked = Buffer.from(bytes.map((byte, i) => byte & maskOf(bits - i * 8)));
  if (masked.equals(bytes)) return good(network(bytes, bits));
  const zeros = bytes.length === 4 ? ` (${[...masked].join('.')}/${bits})` : '';
  return bad(quote(text), `a network whose bits after the prefix are zero${zeros}`);
}

const maskOf = (bits: number): number => (0xff00 >> Math.min(8, Math.max(0, bits))) & 0xff;
