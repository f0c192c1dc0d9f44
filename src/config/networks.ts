/**
 * Owns the written form of networks that listeners trust with something: CIDR, or one address.
 */
import { parseAddress, parseNetwork } from '../conditions/address.js';
import { bad, good, type Parsed, quote, validated } from '../parsed.js';

/** Network is a prefix: the bytes of an address as lower-case hex, and how many of its bits count. */
export interface Network {
  readonly address: string;
  readonly bits: number;
}

const EXPECTED = 'a network such as "10.0.0.0/8", or one address such as "192.0.2.7"';
const MAPPED = `${'0'.repeat(20)}ffff`;

/** parseTrustedNetwork reads one. An IPv4 address is known in its own form only, whatever socket it comes in on. */
export function parseTrustedNetwork(text: string): Parsed<Network> {
  const parsed = text.includes('/') ? parseNetwork(text) : parseAddress(text);
  if (!parsed.ok) {
    const { found, expected } = parsed.problem;
    return bad(found, text.includes('/') ? expected : EXPECTED);
  }
  if (parsed.value.kind !== 'network') throw new TypeError('an address is a network');
  const { address, bits } = parsed.value;
  if (address.length === 32 && address.startsWith(MAPPED)) {
    return bad(quote(text), 'an IPv4 network in its own form, such as "10.0.0.0/8"');
  }
  return good(Object.freeze({ address, bits }));
}

/** readNetworks reads a list that passed the schema. */
export function readNetworks(texts: readonly string[]): readonly Network[] {
  return Object.freeze(texts.map((text) => validated(parseTrustedNetwork(text))));
}
