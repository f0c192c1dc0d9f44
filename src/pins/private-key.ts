/**
 * Owns how a private key is told from other text and bytes, so that nobody quotes it. Pure.
 */

// How the marker of every kind of private key ends (RFC 7468 sections 10, 11; RSA and EC keys by themselves).
const PRIVATE_KEY = 'PRIVATE KEY-----';

/** holdsPrivateKey says whether a private key in PEM form is anywhere in a file. */
export const holdsPrivateKey = (file: Buffer | string): boolean => file.includes(PRIVATE_KEY);

// The armour of PEM, of PGP and of SSH2 (RFC 4716), and PuTTY's header.
const ARMOUR =
  /-{4,5} ?(?:BEGIN|END) [^-\n]*PRIVATE KEY|PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key/i;
// Base64 begins so for a SEQUENCE of DER, and for OpenSSH's own form: as much of it as tells which.
const ENCODED = /(?<![A-Za-z0-9+/_-])[Mb](?:\s{0,2}[A-Za-z0-9+/_-]){31}/g;
// Armour that is encoded once more: "-----" of the first block, perhaps a certificate's, up to the end of the last.
const ENCODED_ARMOUR = /(?<![A-Za-z0-9+/_-])LS0t[A-Za-z0-9+/_\s-]*/g;
const OPENSSH = 'openssh-key-v1';

const INTEGER = 0x02;
const OCTETS = 0x04;
const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;

// The offset of the content of the element at `at`, when it has this tag.
function contentAt(der: Buffer, at: number, tag: number): number | undefined {
  const length = der[at + 1];
  if (der[at] !== tag || length === undefined) return undefined;
  return at + 2 + (length > 0x80 ? length - 0x80 : 0);
}

// AlgorithmIdentifier: its object identifier stands first.
function algorithmAt(der: Buffer, at: number): number | undefined {
  const content = contentAt(der, at, SEQUENCE);
  return content === undefined ? undefined : contentAt(der, content, OBJECT_ID);
}

// PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915) and PKCS #12 (RFC 7292) begin with a version of one byte.
function isVersioned(der: Buffer, at: number): boolean {
  if (der[at] !== INTEGER || der[at + 1] !== 1) return false;
  const next = der[at + 3];
  return next === INTEGER || next === OCTETS || algorithmAt(der, at + 3) !== undefined;
}

// PKCS #5 and #12 (1.2.840.113549.1.5 and .12) name how a PKCS #8 key is encrypted.
const ENCRYPTIONS = ['2a864886f70d0105', '2a864886f70d010c'];

function isEncrypted(der: Buffer, at: number): boolean {
  const id = algorithmAt(der, at);
  return id !== undefined && ENCRYPTIONS.includes(der.toString('hex', id, id + 8));
}

function isKeyBeginning(base64: string): boolean {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('latin1').startsWith(OPENSSH)) return true;
  const content = contentAt(bytes, 0, SEQUENCE);
  return content !== undefined && (isVersioned(bytes, content) || isEncrypted(bytes, content));
}

const isEncodedArmour = (base64: string): boolean =>
  ARMOUR.test(Buffer.from(base64, 'base64').toString('latin1'));

// The offset of the first match that passes; what was looked at is not looked at again.
function firstOf(
  text: string,
  form: RegExp,
  passes: (found: string) => boolean,
): number | undefined {
  for (const { 0: found, index } of text.matchAll(form)) if (passes(found)) return index;
  return undefined;
}

/**
 * privateKeyAt returns the offset of a private key in a text, and undefined when there is none: PEM of every label, encrypted
 * or not, other armour, and base64 of a key's DER or of its PEM.
 */
export function privateKeyAt(text: string): number | undefined {
  // UTF-16 has a NUL beside every ASCII character.
  if (text.includes('\0'))
    return privateKeyAt(text.replaceAll('\0', '')) === undefined ? undefined : 0;
  return (
    ARMOUR.exec(text)?.index ??
    firstOf(text, ENCODED, isKeyBeginning) ??
    firstOf(text, ENCODED_ARMOUR, isEncodedArmour)
  );
}
