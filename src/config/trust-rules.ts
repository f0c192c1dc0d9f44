/**
 * Owns the rules for trust bundles that JSON Schema cannot express: the entries of a deny list, and what goes with
 * "selfSigned".
 */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';
import { parsePin } from '../pins/parse-pin.js';

/** What a chain ends at, and how one is built: of no account where there is no chain. */
const OF_CHAINS = ['ca', 'crl', 'maxDepth'] as const;

// RFC 5280 section 4.1.2.2 allows 20 octets; certificates that do not keep to it can be denied too.
const MOST_SERIAL_DIGITS = 128;
const SERIAL_EXPECTED =
  'a serial number in hexadecimal, as openssl prints it, such as "0A:1B:2C" or "0A1B2C"';

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

/** parseSerial reads a serial number as lower-case hexadecimal digits, in pairs, without leading zeros. */
export function parseSerial(text: string): Parsed<string> {
  const written = text.trim().replace(/^serial\s*=\s*/i, '');
  const digits = written.replace(/^0x/i, '').replaceAll(':', '');
  const isPairs = /^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(written);
  if (!isPairs && !/^(?:0x)?[0-9a-f]+$/i.test(written)) {
    return bad(quote(text), SERIAL_EXPECTED, serialFix(written));
  }
  const short = digits.toLowerCase().replace(/^0+(?=.)/, '');
  if (short.length > MOST_SERIAL_DIGITS) {
    return bad(`${short.length} digits`, `at most ${MOST_SERIAL_DIGITS}`);
  }
  return good(short.length % 2 === 0 ? short : `0${short}`);
}

// openssl prints small numbers in both notations: "4096 (0x1000)".
function serialFix(written: string): string | undefined {
  const hex = /^\d+ \(0x([0-9a-f]+)\)$/i.exec(written)?.[1];
  return hex === undefined ? undefined : `write ${literal(`0x${hex}`)}`;
}
