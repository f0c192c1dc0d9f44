/** Owns the reading of a certificate's serial number. Pure. */
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

// RFC 5280 section 4.1.2.2 allows 20 octets; certificates that do not keep to it can be denied too.
const MOST_SERIAL_DIGITS = 128;
const SERIAL_EXPECTED =
  'a serial number in hexadecimal, as openssl prints it, such as "0A:1B:2C" or "0A1B2C"';

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
