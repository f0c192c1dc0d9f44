/**
 * Owns the rules for trust bundles that JSON Schema cannot express: the entries of a deny list, and what goes with
 * "selfSigned".
 */
import { bad, good, type Parsed, quote } from '../parsed.js';
import { parsePin } from '../pins/parse-pin.js';

/** What a chain ends at, and how one is built: of no account where there is no chain. */
const OF_CHAINS = ['ca', 'crl', 'maxDepth'] as const;

/** checkTrust judges a trust bundle as a whole; members of the wrong type are reported by the schema. */
export function checkTrust(value: unknown): Parsed<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return good(undefined);
  const trust = value as Readonly<Record<string, unknown>>;
  if (trust.selfSigned !== true) return good(undefined);
  const extra = OF_CHAINS.filter((key) => Object.hasOwn(trust, key)).map((key) => quote(key));
  if (extra.length === 0) return good(undefined);
  return bad(
    `"selfSigned" beside ${extra.join(' and ')}`,
    'either "selfSigned", where the pinned certificate itself is the anchor, or "ca" and what belongs to it',
    `remove ${extra.join(' and ')}, or "selfSigned" if an authority issues these certificates`,
  );
}

/** parseDeniedCertificate reads the SHA-256 of a whole certificate as lower-case hexadecimal digits. */
export function parseDeniedCertificate(text: string): Parsed<string> {
  const pin = parsePin(text, 'sha256');
  if (pin.ok) return good(pin.value.value);
  const { found, expected } = pin.problem;
  return bad(found, expected, 'print it with: pinlatch pin CERT');
}
