import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'tap';
import { parseConfig } from '../../../src/config/parse.js';
import { writeReport } from '../../../src/config/report.js';
import { readSource } from '../../../src/config/source.js';
import { minimalConfig } from '../../support/config-folder.js';

const FILE = '/x/gateway.json';
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ED25519 = generateKeyPairSync('ed25519').privateKey;
const LOCKED = { cipher: 'aes-256-cbc', passphrase: 'secret' };

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string =>
  key.export({ type, format: 'pem' }).toString();
const der = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string =>
  key.export({ type, format: 'der' }).toString('base64');

const PEMS: Readonly<Record<string, string>> = {
  'PRIVATE KEY': pem(RSA, 'pkcs8'),
  'RSA PRIVATE KEY': pem(RSA, 'pkcs1'),
  'EC PRIVATE KEY': pem(EC, 'sec1'),
  'EC PARAMETERS and a key': `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(EC, 'sec1')}`,
  'ENCRYPTED PRIVATE KEY': RSA.export({ type: 'pkcs8', format: 'pem', ...LOCKED }).toString(),
  'an encrypted RSA PRIVATE KEY': RSA.export({
    type: 'pkcs1',
    format: 'pem',
    ...LOCKED,
  }).toString(),
  'OPENSSH PRIVATE KEY': pem(RSA, 'pkcs8').replaceAll('PRIVATE', 'OPENSSH PRIVATE'),
  'a key without its last line': pem(RSA, 'pkcs8').replace(/-----END.*\n/, ''),
  'a key without its first line': pem(RSA, 'pkcs8').replace(/-----BEGIN.*\n/, ''),
  'a key without both': pem(RSA, 'pkcs8').replaceAll(/-----.*\n/g, ''),
};

const INLINE: Readonly<Record<string, string>> = {
  ...PEMS,
  'PKCS #8': der(RSA, 'pkcs8'),
  'PKCS #8 of Ed25519': der(ED25519, 'pkcs8'),
  'PKCS #1': der(RSA, 'pkcs1'),
  'SEC 1': der(EC, 'sec1'),
  'encrypted PKCS #8': RSA.export({ type: 'pkcs8', format: 'der', ...LOCKED }).toString('base64'),
  base64url: der(RSA, 'pkcs8').replaceAll('+', '-').replaceAll('/', '_'),
  'PEM in base64, as Kubernetes has it': Buffer.from(pem(EC, 'sec1')).toString('base64'),
  'escaped twice': JSON.stringify(pem(RSA, 'pkcs8')),
};

// Every stretch of a key's text that an excerpt could show.
function piecesOf(secret: string): readonly string[] {
  const body = secret.replaceAll(/-----[^-]*-----/g, '').replaceAll(/\\n|[\s"]/g, '');
  return Array.from({ length: Math.floor(body.length / 8) }, (_, i) =>
    body.slice(i * 8, i * 8 + 8),
  );
}

function reportOf(text: string) {
  const parsed = parseConfig(text, FILE);
  if (parsed.ok) throw new Error('a configuration with a key in it was taken');
  const { issues, source } = parsed;
  return { issues, report: writeReport(issues, { file: FILE, source, colour: false }) };
}

const KEY_ISSUE = {
  code: 'private-key',
  found: 'a private key in it',
  fix: /the path of a file/,
} as const;

test('a key file in place of the configuration is refused without a word of it', async (t) => {
  const utf16 = [...(PEMS['PRIVATE KEY'] ?? '')].join('\0');
  for (const [what, text] of Object.entries({ ...PEMS, utf16 })) {
    const { issues, report } = reportOf(text);
    t.match(issues, [KEY_ISSUE], what);
    t.equal(issues.length, 1, what);
    t.notOk(
      piecesOf(text.replaceAll('\0', '')).some((piece) => report.includes(piece)),
      `${what}: ${report}`,
    );
    t.equal(readSource(text).value, undefined, what);
  }
});

// Every place where a configuration may have a value, a name or a comment.
const PLACES: readonly ((quoted: string, config: string) => string)[] = [
  (quoted, config) => config.replace(/("key": ?)"[^"]*"/, `$1${quoted}`),
  (quoted, config) => config.replace(/("bind": ?)"[^"]*"/, `$1${quoted}`),
  (quoted, config) => config.replace('{', `{"workers": ${quoted},`),
  (quoted, config) => config.replace('{', `{${quoted}: 1,`),
  (quoted, config) => config.replace('{', `{"a": ${quoted} ${quoted},`),
  (quoted, config) => config.replace('{', `{"a": [${quoted.slice(1)}],`),
  (quoted, config) => `${config} ${quoted}`,
  (quoted, config) => `${config} // ${quoted}`,
];

test('a key inside the configuration is refused without a word of it, wherever it is', async (t) => {
  const config = JSON.stringify(JSON.parse(minimalConfig()), null, 2);
  for (const [what, secret] of Object.entries(INLINE)) {
    for (const [index, place] of PLACES.entries()) {
      const text = place(JSON.stringify(secret), config);
      t.not(text, config, `place ${index}`);
      const { issues, report } = reportOf(text);
      t.match(issues, [KEY_ISSUE], `${what}, place ${index}`);
      t.equal(issues.length, 1, `${what}, place ${index}`);
      t.notOk(
        piecesOf(secret).some((piece) => report.includes(piece)),
        `${what}: ${report}`,
      );
    }
  }
});

test('a key is found behind any escape of JSON, and its place is named', async (t) => {
  const escapes = [
    (text: string) => text.replaceAll('-', '\\u002d'),
    (text: string) => text.replaceAll('/', '\\/'),
    (text: string) =>
      `"${[...JSON.parse(text)].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
  ];
  for (const written of escapes) {
    for (const secret of Object.values(INLINE)) {
      const source = readSource(`{\n  "a": ${written(JSON.stringify(secret))}\n}`);
      t.match(source.issues, [KEY_ISSUE]);
      t.equal(source.positionOf(source.issues[0]?.offset ?? 0).line, 2);
    }
  }
});

test('what is beside a key is still known, so that the gateway can be asked for its status', async (t) => {
  const text = JSON.stringify({ admin: { socket: 'a.sock' }, key: PEMS['PRIVATE KEY'] });
  t.same(readSource(text).value, { admin: { socket: 'a.sock' }, key: null });
});

test('certificates, pins and words about keys are no private keys', async (t) => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const others = [
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----',
    'MIIBszCCAVmgAwIBAgIUQ2VydGlmaWNhdGUgc2VyaWFsIG5vLjEwCgYIKoZIzj0EAwIw',
    'My private key is elsewhere: certs/server.key, and Mine only, by the way of things',
    `sha256:${'M'.repeat(43)}=`,
    'b3BlbnNzaC1rZXkteHh4AAAAAAAAAAAAAAAAAAAA',
  ];
  for (const other of others) t.same(readSource(JSON.stringify({ a: other })).issues, [], other);
});
