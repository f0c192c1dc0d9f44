import { X509Certificate } from 'node:crypto';
import { test } from 'tap';
import { createAuthority, issueClient, issueServer } from '../../support/certificates.js';
import { integer, namedBits, objectIdentifier, time } from '../../support/der.js';
import { generateKey } from '../../support/keys.js';

test('a leaf verifies with the key of its issuer, on every kind of key', async (t) => {
  for (const type of ['p256', 'p384', 'rsa2048'] as const) {
    const ca = createAuthority(`CA ${type}`, { key: generateKey(type) });
    const leaf = new X509Certificate(issueServer(ca).der);
    t.ok(leaf.verify(ca.key.publicKey), type);
    t.ok(leaf.checkIssued(new X509Certificate(ca.pem)), type);
    t.equal(leaf.checkHost('localhost'), 'localhost');
    t.equal(leaf.checkIP('::1'), '::1');
  }
});

test('a spoiled signature does not verify, and the certificate still parses', async (t) => {
  const ca = createAuthority('CA');
  const leaf = new X509Certificate(issueClient(ca, 'c', { spoilSignature: true }).der);
  t.notOk(leaf.verify(ca.key.publicKey));
});

test('fingerprints and serial are those that node reads', async (t) => {
  const made = issueClient(createAuthority('CA'), [
    ['O', 'Tést'],
    [
      ['CN', 'a'],
      ['UID', 'b'],
    ],
  ]);
  const read = new X509Certificate(made.pem);
  t.equal(read.fingerprint256.replaceAll(':', '').toLowerCase(), made.sha256);
  t.equal(read.fingerprint.replaceAll(':', '').toLowerCase(), made.sha1);
  t.equal(BigInt(`0x${read.serialNumber}`), made.serial);
  t.match(read.subject, /O=Tést/);
});

test('DER values are encoded in their shortest form', async (t) => {
  const hex = (bytes: Buffer) => bytes.toString('hex');
  t.equal(hex(integer(0)), '020100');
  t.equal(hex(integer(127)), '02017f');
  t.equal(hex(integer(128)), '02020080');
  t.equal(hex(integer(-129)), '0202ff7f');
  t.equal(hex(namedBits([0, 8])), '0303078080');
  t.equal(hex(objectIdentifier('1.2.840.113549')), '06062a864886f70d');
  t.equal(hex(time(new Date('2049-12-31T23:59:59Z'))).slice(0, 2), '17');
  t.equal(hex(time(new Date('2050-01-01T00:00:00Z'))).slice(0, 2), '18');
});
