/**
 * Owns the rules for the texts and patterns that conditions compare with: what could never match is refused.
 */
import { domainToASCII } from 'node:url';
import { bad, good, literal, type Parsed, quote } from '../parsed.js';

const MOST_BYTES = 4095;

/** checkText takes any text that can stand in a certificate's name. */
export function checkText(text: string): Parsed<string> {
  if (text === '') return bad('an empty text', 'what the certificate must say');
  if (/\p{Cc}/u.test(text)) return bad(quote(text), 'text without control characters');
  const bytes = Buffer.byteLength(text);
  return bytes <= MOST_BYTES ? good(text) : bad(`${bytes} bytes`, `at most ${MOST_BYTES}`);
}

const LABEL = /^[A-Za-z0-9_*-]{1,63}$/;
const LABEL_PATTERN = /^(?:\*\*|[A-Za-z0-9_*?-]{1,63})$/;

/** checkDns takes a DNS name in ASCII, or with `pattern` one with "*", "?" and "**" in its labels. */
export function checkDns(text: string, pattern: boolean): Parsed<string> {
  const label = pattern ? LABEL_PATTERN : LABEL;
  const labels = text.split('.');
  const sound = labels.every((one) => label.test(one) && (one === '**' || !one.includes('**')));
  if (sound && text.length <= 253) return good(text);
  const expected = pattern
    ? 'a pattern of DNS names such as "*.example.com", where "*" stays within a label and "**" is one or more labels'
    : 'a DNS name in ASCII such as "kiosk.example.com"';
  return bad(quote(text), expected, dnsFix(text));
}

function dnsFix(text: string): string | undefined {
  if (text.endsWith('.') && text.length > 1) return `write ${literal(text.slice(0, -1))}`;
  const ascii = /[^\0-\x7f]/.test(text) ? domainToASCII(text) : '';
  return ascii === '' ? undefined : `write ${literal(ascii)}`;
}

/** checkUri takes a URI or a pattern of them. */
export function checkUri(text: string): Parsed<string> {
  const expected = 'a URI such as "spiffe://example.org/billing"';
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\')) return bad(quote(text), expected);
  return text.length <= MOST_BYTES ? good(text) : bad(`${text.length} bytes`, expected);
}

/** checkEmail takes a mail address, or with `pattern` one with "*" and "?". */
export function checkEmail(text: string, pattern: boolean): Parsed<string> {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const expected = 'a mail address such as "ops@example.com"';
  if (at < 1 || !/^[\x21-\x7e]{1,64}$/.test(local) || local.includes('\\')) {
    return bad(quote(text), expected);
  }
  const host = checkDns(text.slice(at + 1), pattern);
  return host.ok
    ? good(text)
    : bad(quote(text), `${expected}, and after "@" ${host.problem.expected}`);
}
