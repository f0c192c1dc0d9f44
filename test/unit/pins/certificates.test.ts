import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'tap';
import { sha256Of } from '../../../src/config/material.js';
import { type CertificatePlace, readCertificates } from '../../../src/engine/native.js';
import { eachCertificate, pem, type ReadOne } from '../../../src/pins/certificate-file.js';
import { colons } from '../../../src/pins/digest.js';
import { fingerprintsOf } from '../../../src/pins/fingerprints.js';
import { leafFirst } from '../../../src/pins/leaf-first.js';
import { x509Of } from '../../../src/pins/x509.js';
import { createAuthority, issueCertificate, issueClient } from '../../support/certificates.js';
import { generateKey } from '../../support/keys.js';
import { issueRevocationList } from '../../support/revocation-lists.js';

const ca = createAuthority('root');
const intermediate = createAuthority('intermediate', { issuer: ca });
const leaf = issueClient(intermediate, 'leaf');

const parsed = <T>(file: string | Buffer, readOne: ReadOne<T>, place: CertificatePlace) =>
  eachCertificate(readCertificates(Buffer.from(file), place, 'FILE'), readOne);

test('fingerprints are of the bytes as they are, in version 1 and 3, of EC and RSA keys', async (t) => {
  const made = [
    leaf,
    ca,
    issueCertificate({ subject: 'v1', version: 1 }),
    createAuthority('rsa', { key: generateKey('rsa2048') }),
  ];
  for (const one of made) {
    const read = new X509Certificate(one.der);
    const spki = read.publicKey.export({ type: 'spki', format: 'der' });
    t.same(fingerprintsOf(read), {
      sha256: one.sha256,
      sha1: one.sha1,
      spkiSha256: createHash('sha256').update(spki).digest('hex'),
    });
  }
});

test('colons writes fingerprints as openssl prints them', async (t) => {
  t.equal(colons(leaf.sha256), new X509Certificate(leaf.der).fingerprint256);
});

test('reads PEM with several certificates and text around them, and DER', async (t) => {
  const text = `Certificate:\n    Data: …\n${leaf.pem}\n# intermediate\n${intermediate.pem}`;
  const both = parsed(text, x509Of, 'presented');
  t.ok(both.ok && both.value.length === 2);
  const der = parsed(leaf.der, x509Of, 'presented');
  t.ok(der.ok && der.value[0]?.raw.equals(leaf.der));
});

test('refuses files for a trust bundle in which not every block is a certificate, or that hold a key', async (t) => {
  const cases: readonly [bytes: string | Buffer, found: RegExp][] = [
    ['', /empty file/],
    ['hello', /no certificate in it/],
    [leaf.keyPem, /private key/],
    [leaf.pem + leaf.keyPem, /private key/],
    [leaf.pem + leaf.pem.slice(0, 200), /certificate 2 .*cut off/],
    [leaf.pem.replace('-----END CERTIFICATE-----', ''), /cut off/],
    [pem('CERTIFICATE', Buffer.from('nonsense')), /certificate 1 /],
    [leaf.pem + pem('CERTIFICATE', leaf.der.subarray(0, 100)), /certificate 2 /],
    [pem('TRUSTED CERTIFICATE', leaf.der), /TRUSTED/],
    [issueRevocationList({ issuer: ca }).pem, /X509 CRL/],
    [Buffer.concat([leaf.der, Buffer.from([0])]), /not one DER certificate/],
    [leaf.der.subarray(0, 50), /not one DER certificate/],
    [issueRevocationList({ issuer: ca }).der, /a revocation list/],
  ];
  for (const [bytes, found] of cases) {
    const wanted = { ok: false, problem: { found } };
    t.match(parsed(bytes, x509Of, 'authorities'), wanted, String(found));
    const byEngine = parsed(bytes, (one) => sha256Of(one), 'authorities');
    t.match(byEngine, wanted, `${found} by the engine`);
  }
});

test('a key beside a certificate stays where it is, but for a trust bundle', async (t) => {
  for (const place of ['own', 'presented'] as const) {
    const read = readCertificates(Buffer.from(leaf.pem + leaf.keyPem), place, 'FILE');
    t.match(read, { holdsPrivateKey: true, problem: null }, place);
    t.same(read.certificates, [leaf.der], place);
  }
});

test('a bundle in any order comes out leaf first', async (t) => {
  const read = [ca, leaf, intermediate].map((one) => new X509Certificate(one.der));
  t.same(
    leafFirst(read).map((one) => one.subject),
    ['CN=leaf', 'CN=intermediate', 'CN=root'],
  );
});

test('certificates that issued each other are sorted in bounded time', async (t) => {
  const twins = Array.from(
    { length: 30 },
    () => new X509Certificate(issueCertificate({ subject: 'twin' }).der),
  );
  t.equal(leafFirst(twins).length, 30);
});
