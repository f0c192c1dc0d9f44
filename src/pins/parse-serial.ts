/** Owns the reading of a certificate's serial number. Pure. */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

// RFC 5280 section 4.1.2.2 allows 20 octets; certificates that do not keep to it can be denied too.
const MOST_SERIAL_DIGITS = 128;
const SERIAL_EXPECTED =
  'a serial number in hexadecimal, as openssl prints it, such as "0A:1B:2C", "0A1B2C" or "0x1000"';

/**
 * parseSerial reads a serial number as lower-case hexadecimal digits, in pairs, without leading zeros. Digits from 0 to 9
 * alone are refused where they would be another number in decimal: Go, Python and openssl's text print that.
 */
export function parseSerial(text: string): Parsed<string> {
  const trimmed = text.trim();
  if (hasTwoReadings(trimmed)) {
    return bad(
      `${quote(text)}: digits that may be hexadecimal or decimal`,
      SERIAL_EXPECTED,
      `write ${literal(`0x${trimmed}`)} if they are hexadecimal, as "openssl x509 -serial" prints them, ${literal(`0x${BigInt(trimmed).toString(16)}`)} if they are decimal`,
    );
  }
  const written = trimmed.replace(/^serial\s*=\s*/i, '');
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

// What begins with a zero is never decimal, and what openssl has before it says what it is.
function hasTwoReadings(text: string): boolean {
  return /^[1-9][0-9]{1,127}$/.test(text);
}

// openssl prints small numbers in both notations: "4096 (0x1000)".
function serialFix(written: string): string | undefined {
  const hex = /^\d+ \(0x([0-9a-f]+)\)$/i.exec(written)?.[1];
  return hex === undefined ? undefined : `write ${literal(`0x${hex}`)}`;
}
