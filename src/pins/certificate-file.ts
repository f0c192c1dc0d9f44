/**
 * Owns the reading of certificates out of a file's bytes (PEM, RFC 7468, or one DER certificate), and the writing of PEM. No
 * I/O. A file that also holds a private key is refused: keys are for the native side alone.
 */
import { bad, good, type Parsed } from '../parsed.js';
import { holdsPrivateKey } from './private-key.js';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;
const DER_SEQUENCE = 0x30;

/** ReadOne reads one certificate, the `index`th: all of a DER file, or a PEM block with its armour; undefined when it is none. */
export type ReadOne<T> = (bytes: Buffer, index: number) => T | undefined;

/** parseCertificates returns the certificates of a file in order; none at all is a problem. */
export function parseCertificates<T>(bytes: Buffer, readOne: ReadOne<T>): Parsed<readonly T[]> {
  if (bytes.length === 0) return bad('an empty file', 'a certificate in PEM or DER form');
  return bytes[0] === DER_SEQUENCE
    ? parseDer(bytes, readOne)
    : parsePem(bytes.toString('latin1'), readOne);
}

function parseDer<T>(bytes: Buffer, readOne: ReadOne<T>): Parsed<readonly T[]> {
  const certificate = readOne(bytes, 0);
  if (certificate === undefined) {
    return bad('bytes that are not one DER certificate', 'a certificate in PEM or DER form');
  }
  return good([certificate]);
}

function parsePem<T>(text: string, readOne: ReadOne<T>): Parsed<readonly T[]> {
  if (holdsPrivateKey(text)) {
    return bad(
      'a private key in it',
      'a file of certificates only',
      'move the key to a file of its own with mode 0600',
    );
  }
  const blocks = [...text.matchAll(BLOCK)];
  const others = blocks.map((block) => block[1] ?? '').filter((label) => label !== 'CERTIFICATE');
  const begun = text.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0;
  const pems = blocks.filter((block) => block[1] === 'CERTIFICATE').map((block) => block[0]);
  if (pems.length !== begun) {
    return bad('a PEM block that is cut off or damaged', 'whole "CERTIFICATE" blocks');
  }
  if (pems.length === 0) return noCertificate(others);
  const certificates = pems.map((pem, index) => readOne(Buffer.from(pem, 'latin1'), index));
  const broken = certificates.indexOf(undefined);
  if (broken >= 0) {
    return bad(`a PEM block (number ${broken + 1}) that is not a certificate`, 'a certificate');
  }
  return good(certificates.filter((certificate) => certificate !== undefined));
}

function noCertificate(labels: readonly string[]): Parsed<never> {
  const expected = 'at least one "-----BEGIN CERTIFICATE-----" block, or DER';
  if (labels.includes('TRUSTED CERTIFICATE')) {
    const fix = 'convert it with: openssl x509 -in FILE -out FILE.crt';
    return bad('OpenSSL "TRUSTED CERTIFICATE" blocks', expected, fix);
  }
  const [label] = labels;
  return bad(label === undefined ? 'no certificate in it' : `a "${label}" block`, expected);
}

/** pem wraps DER in the text form of RFC 7468, under a label such as "CERTIFICATE". */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
