/**
 * Owns the kinds of files that people name for certificates, keys and lists, good and bad: made by openssl, keytool and ssh-keygen as
 * people make them. All are of one certificate, which signs itself and is as good for a server, a client or a CA.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pem } from '../../src/pins/certificate-file.js';
import { type IssuedCertificate, issueCertificate } from './certificates.js';
import { basicConstraints, subjectAltName } from './extensions.js';
import { issueRevocationList } from './revocation-lists.js';

/** Place is where a file is named. */
export type Place = 'cert' | 'key' | 'ca' | 'crl' | 'pin' | 'verify' | 'explain';

export interface FileKind {
  /** Writes the file. */
  readonly make: (path: string) => void;
  /** What it is called where it is not taken. */
  readonly is: RegExp;
  readonly taken: readonly Place[];
  /** Where a command is given that makes another file of it, which is taken: how that one's name ends. */
  readonly becomes?: Partial<Readonly<Record<Place, string>>>;
}

/** PASSWORD is of every file that has one. */
export const PASSWORD = 'password';

export const own: IssuedCertificate = issueCertificate({
  subject: 'own',
  extensions: [basicConstraints(true), subjectAltName([{ dns: 'localhost' }])],
});
const other = issueCertificate({ subject: 'other', extensions: [basicConstraints(true)] });
export const list = issueRevocationList({ issuer: own });

const PRESENTED = ['pin', 'verify', 'explain'] as const;
const CERTIFICATES = ['cert', 'ca', ...PRESENTED] as const;
const CERTIFICATES_BUT_CA = ['cert', ...PRESENTED] as const;
const all = <P extends Place>(places: readonly P[], ending: string) =>
  Object.fromEntries(places.map((place) => [place, ending])) as Record<P, string>;

const text = (content: string | Buffer) => (path: string) =>
  writeFileSync(path, content, { mode: 0o600 });

/** inFiles has the certificate and its key in files beside `path`. */
function inFiles(path: string): { readonly crt: string; readonly key: string } {
  const [crt, key] = [`${path}-own.crt`, `${path}-own.key`];
  writeFileSync(crt, own.pem);
  writeFileSync(key, own.keyPem, { mode: 0o600 });
  return { crt, key };
}

const openssl = (...args: readonly string[]): Buffer =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

const made = (
  args: (files: { readonly crt: string; readonly key: string }) => readonly string[],
) => {
  return (path: string): void => text(openssl(...args(inFiles(path))))(path);
};

function trusted(path: string): string {
  const { crt } = inFiles(path);
  return openssl('x509', '-in', crt, '-trustout', '-addtrust', 'serverAuth').toString();
}

function makeKeyStore(path: string): void {
  const { crt, key } = inFiles(path);
  const [p12, pass] = [`${path}-own.p12`, `pass:${PASSWORD}`];
  openssl(
    'pkcs12',
    '-export',
    '-in',
    crt,
    '-inkey',
    key,
    '-name',
    'own',
    '-passout',
    pass,
    '-out',
    p12,
  );
  const from = ['-srckeystore', p12, '-srcstoretype', 'PKCS12', '-srcstorepass', PASSWORD];
  const to = ['-destkeystore', path, '-deststoretype', 'JKS', '-deststorepass', PASSWORD];
  execFileSync('keytool', ['-importkeystore', ...from, ...to, '-noprompt'], { stdio: 'ignore' });
}

function makeOpenSshKey(path: string): void {
  text(openssl('ec', '-in', inFiles(path).key))(path);
  execFileSync('ssh-keygen', ['-q', '-p', '-N', '', '-f', path], { stdio: 'ignore' });
}

const der = (keyPem: string): Buffer =>
  Buffer.from(keyPem.split('\n').slice(1, -2).join(''), 'base64');
const utf16 = (content: string, mark: string): Buffer => Buffer.from(mark + content, 'utf16le');
const word = 'PRIVATE';

/** FILE_KINDS are by their names. */
export const FILE_KINDS: Readonly<Record<string, FileKind>> = {
  'a certificate in PEM': {
    make: text(own.pem),
    is: /a certificate, a "CERTIFICATE" block/,
    taken: CERTIFICATES,
  },
  'a certificate in PEM with the line ends of Windows and a mark': {
    make: text(`\uFEFF${own.pem.replaceAll('\n', '\r\n')}`),
    is: /a certificate, a "CERTIFICATE" block/,
    taken: CERTIFICATES,
  },
  'a certificate in PEM behind a text that begins with 0': {
    make: text(`0 s:CN = own\n   i:CN = own\n${own.pem}`),
    is: /a certificate, a "CERTIFICATE" block/,
    taken: CERTIFICATES,
  },
  'a certificate in PEM with the label of SSLeay': {
    make: text(pem('X509 CERTIFICATE', own.der)),
    is: /a certificate, a "X509 CERTIFICATE" block/,
    taken: CERTIFICATES,
  },
  'a certificate in DER': { make: text(own.der), is: /a certificate/, taken: CERTIFICATES },
  'a certificate in DER with a final newline': {
    make: text(Buffer.concat([own.der, Buffer.from('\r\n')])),
    is: /a certificate/,
    taken: CERTIFICATES,
  },
  'a certificate and others': {
    make: text(own.pem + other.pem),
    is: /a certificate, a "CERTIFICATE" block/,
    taken: CERTIFICATES,
  },
  'a certificate and its key': {
    make: text(own.pem + own.keyPem),
    is: /a private key|a secret file of this configuration/,
    taken: [...CERTIFICATES_BUT_CA, 'key'],
  },
  'a key and its certificate': {
    make: text(own.keyPem + own.pem),
    is: /a private key|a secret file of this configuration/,
    taken: [...CERTIFICATES_BUT_CA, 'key'],
  },
  'a certificate with trust settings': {
    make: (path) => text(trusted(path))(path),
    is: /a certificate with trust settings of OpenSSL, a "TRUSTED CERTIFICATE" block/,
    taken: [],
    becomes: all(CERTIFICATES, '.crt'),
  },
  'a certificate beside one with trust settings': {
    make: (path) => text(own.pem + trusted(path))(path),
    is: /a "(?:TRUSTED )?CERTIFICATE" block/,
    taken: [],
    becomes: all(CERTIFICATES, '.crt'),
  },
  'a certificate beside a list': {
    make: text(own.pem + list.pem),
    is: /a revocation list \(CRL\), a "X509 CRL" block beside a certificate|a certificate/,
    taken: ['crl'],
  },
  'a certificate that is cut off': {
    make: text(own.pem.slice(0, 200)),
    is: /certificate 1 of the file is cut off|a certificate/,
    taken: [],
  },
  'a certificate in base64 without armour': {
    make: text(own.der.toString('base64')),
    is: /base64 without the BEGIN and END lines/,
    taken: [],
    becomes: all(CERTIFICATES, '.der'),
  },
  'a certificate in UTF-16 with a mark': {
    make: text(utf16(own.pem, '\uFEFF')),
    is: /text in UTF-16/,
    taken: [],
    becomes: all(CERTIFICATES, '.pem'),
  },
  'a certificate in UTF-16 without a mark': {
    make: text(utf16(own.pem, '')),
    is: /text in UTF-16/,
    taken: [],
    becomes: all(CERTIFICATES, '.pem'),
  },
  'a key in UTF-16': {
    make: text(utf16(own.keyPem, '\uFEFF')),
    is: /text in UTF-16/,
    taken: [],
    becomes: { key: '.pem' },
  },
  'a PKCS#12 file': {
    make: made(({ crt, key }) => [
      ...['pkcs12', '-export', '-in', crt, '-inkey', key, '-passout', `pass:${PASSWORD}`],
    ]),
    is: /a PKCS#12 file/,
    taken: [],
    becomes: { cert: '.pem', key: '.key', ...all(['ca', ...PRESENTED], '.crt') },
  },
  'a PKCS#7 file in PEM': {
    make: made(({ crt }) => ['crl2pkcs7', '-nocrl', '-certfile', crt]),
    is: /a PKCS#7 file/,
    taken: [],
    becomes: all(CERTIFICATES, '.crt'),
  },
  'a PKCS#7 file in DER': {
    make: made(({ crt }) => ['crl2pkcs7', '-nocrl', '-certfile', crt, '-outform', 'DER']),
    is: /a PKCS#7 file/,
    taken: [],
    becomes: all(CERTIFICATES, '.crt'),
  },
  'a PKCS#7 file with a list': {
    make: (path) => {
      text(list.pem)(`${path}-own.crl`);
      text(openssl('crl2pkcs7', '-in', `${path}-own.crl`))(path);
    },
    is: /a PKCS#7 file/,
    taken: [],
    becomes: { crl: '.crl' },
  },
  'a request in PEM': {
    make: made(({ key }) => ['req', '-new', '-key', key, '-subj', '/CN=own']),
    is: /a request for a certificate \(CSR\), a "CERTIFICATE REQUEST" block/,
    taken: [],
  },
  'a request in DER': {
    make: made(({ key }) => ['req', '-new', '-key', key, '-subj', '/CN=own', '-outform', 'DER']),
    is: /a request for a certificate \(CSR\)/,
    taken: [],
  },
  'a public key': {
    make: made(({ key }) => ['pkey', '-in', key, '-pubout']),
    is: /a public key without a certificate, a "PUBLIC KEY" block/,
    taken: [],
  },
  'a public key of SSH': {
    make: text('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF own\n'),
    is: /a public key of SSH/,
    taken: [],
  },
  'a key in PKCS#8': {
    make: text(own.keyPem),
    is: new RegExp(`a private key, a "${word} KEY" block`),
    taken: ['key'],
  },
  'a key in SEC 1, behind its parameters': {
    make: made(({ key }) => ['ec', '-in', key]),
    is: new RegExp(`a private key, a "EC ${word} KEY" block`),
    taken: ['key'],
  },
  'a key in DER with a final newline': {
    make: text(Buffer.concat([der(own.keyPem), Buffer.from('\n')])),
    is: /a private key/,
    taken: ['key'],
  },
  'an encrypted key in PKCS#8': {
    make: made(({ key }) => ['pkey', '-in', key, '-aes128', '-passout', `pass:${PASSWORD}`]),
    is: /an encrypted private key, a "ENCRYPTED/,
    taken: [],
    becomes: { key: '.key' },
  },
  'an encrypted key of before PKCS#8': {
    make: made(({ key }) => ['ec', '-in', key, '-aes128', '-passout', `pass:${PASSWORD}`]),
    is: /an encrypted private key, a "EC/,
    taken: [],
    becomes: { key: '.key' },
  },
  'a key in the form of OpenSSH': {
    make: makeOpenSshKey,
    is: /a private key in OpenSSH's form/,
    taken: [],
    becomes: { key: '.key' },
  },
  'a key with explicit parameters of its curve': {
    make: made(({ key }) => ['pkey', '-in', key, '-ec_param_enc', 'explicit']),
    is: /explicit parameters|a private key/,
    taken: [],
    becomes: { key: '.key' },
  },
  'a key store of Java': { make: makeKeyStore, is: /a key store of Java/, taken: [] },
  'a list in PEM': {
    make: text(list.pem),
    is: /a revocation list \(CRL\), a "X509 CRL" block/,
    taken: ['crl'],
  },
  'a list in DER with a final newline': {
    make: text(Buffer.concat([list.der, Buffer.from('\n')])),
    is: /a revocation list \(CRL\)/,
    taken: ['crl'],
  },
  'an HTML page': {
    make: text('<!DOCTYPE html>\n<html><body>Please log in</body></html>\n'),
    is: /an HTML or XML page/,
    taken: [],
  },
  'an empty file': { make: text(''), is: /an empty file|is empty/, taken: [] },
  'any text': { make: text('hello\n'), is: /text with no|a secret file/, taken: [] },
};

/** makeFile writes a file of a kind into a folder and returns its path. */
export function makeFile(folder: string, kind: FileKind): string {
  const path = join(folder, 'named file');
  rmSync(path, { force: true });
  kind.make(path);
  chmodSync(path, 0o600);
  return path;
}
