/**
 * Owns the spellings in which tools print fingerprints, and people change them on the way: after the manuals of the tools
 * and the RFCs that are named, each with what it must be taken as, or the word of its refusal.
 */
import { createHash } from 'node:crypto';
import type { PinKind } from '../../src/pins/pin.js';

const digestOf = (algorithm: string, bytes: string) => createHash(algorithm).update(bytes).digest();

const whole = digestOf('sha256', 'a certificate');
const short = digestOf('sha1', 'a certificate');
const key = digestOf('sha256', 'its public key');

/** SPELT are the digits that all spellings are made of. */
export const SPELT: Readonly<Record<PinKind, string>> = {
  sha256: whole.toString('hex'),
  sha1: short.toString('hex'),
  'spki-sha256': key.toString('hex'),
};

const hex = whole.toString('hex');
const HEX = hex.toUpperCase();
const hex1 = short.toString('hex');
const keyHex = key.toString('hex');
const groups = (digits: string, by: string, size = 2) =>
  (digits.match(new RegExp(`.{${size}}`, 'g')) ?? []).join(by);
const colon = groups(HEX, ':');
const colon1 = groups(hex1.toUpperCase(), ':');
const base64 = whole.toString('base64');
const base64url = whole.toString('base64url');
const key64 = key.toString('base64');
const [half = '', rest = ''] = [colon.slice(0, 48), colon.slice(48)];
const md5 = digestOf('md5', 'a certificate').toString('hex');
const sha512 = digestOf('sha512', 'a certificate').toString('hex');

type Spelling = readonly [tool: string, text: string, expected: PinKind | RegExp];

const PRINTED: readonly Spelling[] = [
  ['openssl x509 -fingerprint -sha256, 3', `sha256 Fingerprint=${colon}`, 'sha256'],
  ['openssl x509 -fingerprint -sha256, 1', `SHA256 Fingerprint=${colon}`, 'sha256'],
  ['openssl x509 -fingerprint, 3', `sha1 Fingerprint=${colon1}`, 'sha1'],
  ['openssl x509 -fingerprint, 1', `SHA1 Fingerprint=${colon1}`, 'sha1'],
  ['openssl x509 -fingerprint -md5', `MD5 Fingerprint=${groups(md5, ':')}`, /MD5/],
  ['openssl x509 -fingerprint -sha512', `sha512 Fingerprint=${sha512}`, /another kind/],
  ['openssl dgst, 3', `SHA2-256(stdin)= ${hex}`, 'sha256'],
  ['openssl dgst, 1.1', `SHA256(stdin)= ${hex}`, 'sha256'],
  ['openssl dgst of a DER file', `SHA256(client.der)= ${hex}`, 'sha256'],
  ['openssl dgst of a .cer file', `SHA2-256(C:\\certs\\client.cer)= ${hex}`, 'sha256'],
  ['openssl dgst of a PEM file', `SHA256(client.pem)= ${hex}`, /digest of a file/],
  ['openssl dgst, 0.9', `(stdin)= ${hex}`, 'sha256'],
  ['openssl dgst -sha1', `SHA1(stdin)= ${hex1}`, 'sha1'],
  ['openssl dgst -sha512', `SHA2-512(stdin)= ${sha512}`, /another kind/],
  ['openssl dgst -r', `${hex} *stdin`, 'sha256'],
  ['sha256sum of a pipe', `${hex}  -`, 'sha256'],
  ['sha256sum of a pipe, its newline kept', `${hex}  -\n`, 'sha256'],
  ['sha1sum of a pipe', `${hex1}  -`, 'sha1'],
  ['sha256sum of a DER file', `${hex}  client.der`, 'sha256'],
  ['sha256sum of a PEM file', `${hex}  client.crt`, /digest of a file/],
  ['keytool -list -v', `\t SHA256: ${colon}`, 'sha256'],
  ['keytool -list -v, SHA-1', `\t SHA1: ${colon1}`, 'sha1'],
  ['keytool -list', `Certificate fingerprint (SHA-256): ${colon}`, 'sha256'],
  ['certtool -i', `sha256:${hex}`, 'sha256'],
  ['certtool -i, SHA-1', `sha1:${hex1}`, 'sha1'],
  ['certtool -i, the key', `pin-sha256:${key64}`, 'spki-sha256'],
  ['certutil of Windows', `Cert Hash(sha1): ${hex1}`, 'sha1'],
  ['certutil of Windows, SHA-256', `Cert Hash(sha256): ${hex}`, 'sha256'],
  ['certutil of Windows, 7', `Cert Hash(sha1): ${groups(hex1, ' ')}`, 'sha1'],
  ['PowerShell', `Thumbprint : ${hex1.toUpperCase()}`, 'sha1'],
  ['Get-FileHash of PowerShell', `Hash : ${HEX}`, /digest of a file/],
  ['the certificate dialogue of Windows', `\u200e${groups(hex1, ' ')}`, /U\+200E/],
  ['the same, at the end', `${hex1}\u200e`, /U\+200E/],
  ['Firefox', colon, 'sha256'],
  ['Firefox, two lines', `${half}\n${rest}`, 'sha256'],
  ['Firefox, two lines of Windows', `${half}\r\n${rest}`, 'sha256'],
  ['Chromium', hex, 'sha256'],
  ['Chromium, old', `SHA-256 Fingerprint\n${groups(HEX, ' ')}`, 'sha256'],
  ['a page of a browser', `SHA-256 Fingerprint: ${colon}`, 'sha256'],
  ['a page of a browser, SHA-1', `SHA-1 Fingerprint: ${colon1}`, 'sha1'],
  ['macOS', `SHA-256 ${groups(HEX, ' ')}`, 'sha256'],
  ['step certificate fingerprint', `${hex}\n`, 'sha256'],
  ['cfssl', `"fingerprint": "${colon}"`, 'sha256'],
  ['ssh-keygen', `SHA256:${base64.replace('=', '')}`, 'sha256'],
  ['ghostunnel', `sha256:${base64}`, 'sha256'],
  ['sha1 in base64', `SHA1:${short.toString('base64')}`, 'sha1'],
  ['nginx', hex1, 'sha1'],
  ['HAProxy', hex1.toUpperCase(), 'sha1'],
  ['Envoy', `Hash=${hex}`, 'sha256'],
  ['Zato', `FINGERPRINT=${hex1.toUpperCase()}`, 'sha1'],
  ['Zato, SHA-256', `FINGERPRINT=${HEX}`, 'sha256'],
  ['Azure', `Thumbprint: ${hex1.toUpperCase()}`, 'sha1'],
  ['AWS IoT, an ARN', `arn:aws:iot:eu-west-1:1234:cert/${hex}`, /URI with a fingerprint/],
];

const STANDARD: readonly Spelling[] = [
  ['RFC 7469', `pin-sha256="${key64}"`, 'spki-sha256'],
  ['RFC 7469, unquoted', `pin-sha256=${key64}`, 'spki-sha256'],
  ['RFC 7469, a field', `pin-sha256="${key64}"; max-age=300`, /whole header field/],
  ['RFC 7469, two pins', `pin-sha256="${key64}"; pin-sha256="${key64}"`, /whole header field/],
  ['curl --pinnedpubkey', `sha256//${key64}`, 'spki-sha256'],
  ['OkHttp', `sha256/${key64}`, 'spki-sha256'],
  ['sha256/ in hexadecimal', `sha256/${keyHex}`, 'spki-sha256'],
  ['RFC 8705, the value', base64url, /do not say what was hashed/],
  ['RFC 8705, the claim', `"x5t#S256": "${base64url}"`, 'sha256'],
  ['RFC 7515, x5t#S256', `x5t#S256: ${base64url}`, 'sha256'],
  ['RFC 7515, x5t', `"x5t": "${short.toString('base64url')}"`, 'sha1'],
  ['RFC 7515, the value of x5t', short.toString('base64url'), /20 bytes in base64/],
  ['RFC 8122', `a=fingerprint:sha-256 ${colon}`, 'sha256'],
  ['RFC 8122, the value', `sha-256 ${colon}`, 'sha256'],
  ['RFC 6698, the key', `3 1 1 ${keyHex}`, /TLSA/],
  ['RFC 6698, the certificate', `3 0 1 ${hex}`, /TLSA/],
  ['RFC 6698, SHA-512', `3 0 2 ${sha512}`, /TLSA/],
  ['RFC 6920', `ni:///sha-256;${base64url}`, /RFC 6920/],
  ['a URN', `urn:sha-256:${hex}`, /URI with a fingerprint/],
  ['a multihash', `1220${hex}`, /multihash/],
  ['RFC 8610', `h'${hex}'`, /CBOR/],
];

const WRITTEN: readonly Spelling[] = [
  ['base64', base64, /do not say what was hashed/],
  ['base64 of a key', key64, /do not say what was hashed/],
  ['base64 without padding', base64.replace('=', ''), /do not say what was hashed/],
  ['capital letters', HEX, 'sha256'],
  ['dashes', groups(HEX, '-'), 'sha256'],
  ['spaces', groups(hex, ' '), 'sha256'],
  ['groups of four', groups(HEX, ' ', 4), 'sha256'],
  ['groups of eight', groups(HEX, ' ', 8), 'sha256'],
  ['two lines without separators', `${hex.slice(0, 32)}\n${hex.slice(32)}`, 'sha256'],
  ['space upon space', groups(hex, '  '), /not evenly separated/],
  ['0x', `0x${hex}`, 'sha256'],
  ['quotation marks', `"${hex}"`, 'sha256'],
  ['typographic quotation marks', `\u201c${hex}\u201d`, /U\+201C/],
  ['SHA-256 :', `SHA-256 : ${colon}`, 'sha256'],
  ['SHA256 and a space', `SHA256 ${colon}`, 'sha256'],
  ['Fingerprint=', `Fingerprint=${colon}`, 'sha256'],
  ['spki:', `spki:${keyHex}`, 'spki-sha256'],
  ['spki-sha256:', `spki-sha256:${key64}`, 'spki-sha256'],
  ['spki=', `spki=${keyHex}`, 'spki-sha256'],
  ['a byte order mark', `\ufeff${hex}`, 'sha256'],
  ['a space of no width', `${hex.slice(0, 20)}\u200b${hex.slice(20)}`, /U\+200B/],
  ['spaces that do not break', groups(hex, '\u00a0'), /U\+00A0/],
  ['wide colons', groups(HEX, '\uff1a'), /U\+FF1A/],
  ['percent-encoded colons', groups(HEX, '%3A'), /"%"/],
  ['an ellipsis', `sha256:${colon.slice(0, 6)}\u2026`, /shortened/],
  ['three dots', `${colon.slice(0, 12)}...`, /shortened/],
  ['one digit less', hex.slice(1), /63 hexadecimal digits, an odd number/],
  ['one digit more', `${hex}0`, /65 hexadecimal digits, an odd number/],
  ['a separator at the end', `${colon}:`, /not evenly separated/],
  ['the letter O', `O${hex.slice(1)}`, /"O"/],
  ['the letter l', `${colon.slice(0, -1)}l`, /"l"/],
  ['MD5', md5, /as of MD5/],
  ['SHA-512', sha512, /as of SHA-512/],
  ['a certificate', '-----BEGIN CERTIFICATE-----', /PEM/],
];

/** PIN_SPELLINGS are all of them. */
export const PIN_SPELLINGS: readonly Spelling[] = [...PRINTED, ...STANDARD, ...WRITTEN];
