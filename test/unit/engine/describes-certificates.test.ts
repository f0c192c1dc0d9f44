import { test } from 'tap';
import { inspectCertificates } from '../../../src/engine/native.js';
import { pem } from '../../../src/pins/certificate-file.js';
import { createAuthority, issueCertificate, issueServer } from '../../support/certificates.js';
import { objectIdentifier, sequence } from '../../support/der.js';
import { rawExtension } from '../../support/extensions.js';

test('describes each certificate of a PEM file with every field', async (t) => {
  const authority = createAuthority('some CA');
  const notBefore = new Date('2026-01-02T03:04:05Z');
  const notAfter = new Date('2040-01-02T03:04:05Z');
  const server = issueServer(authority, 'host', [{ dns: 'host.test' }, { ip: '::1' }], {
    notBefore,
    notAfter,
  });
  const [first, second, ...rest] = inspectCertificates(Buffer.from(server.pem + authority.pem));
  t.same(rest, []);
  t.match(first, {
    sha256: server.sha256,
    sha1: server.sha1,
    spkiSha256: server.spkiSha256,
    subject: 'CN=host',
    issuer: 'CN=some CA',
    serial: server.serial.toString(16).toUpperCase(),
    notBefore: notBefore.getTime() / 1000,
    notAfter: notAfter.getTime() / 1000,
    sanDns: ['host.test'],
    sanIp: ['::1'],
    sanUri: [],
    sanEmail: [],
    policies: [],
  });
  t.equal(second?.sha256, authority.sha256);
  t.ok(Object.isFrozen(first) && Object.isFrozen(first?.sanDns), 'the description is frozen');
});

test('describes the policies of a certificate, critical or not', async (t) => {
  const authority = createAuthority('some CA');
  for (const critical of [false, true]) {
    const numbers = ['1.3.6.1.4.1.99999.1', '2.5.29.32.0'];
    const value = sequence(...numbers.map((number) => sequence(objectIdentifier(number))));
    const extensions = [rawExtension('2.5.29.32', critical, value)];
    const { der } = issueCertificate({ subject: 'a', issuer: authority, extensions });
    t.same(inspectCertificates(der)[0]?.policies, numbers);
  }
});

test('describes a DER file', async (t) => {
  const authority = createAuthority('some CA');
  t.equal(inspectCertificates(authority.der)[0]?.sha256, authority.sha256);
});

test('finds no certificate where there is none', async (t) => {
  t.same(inspectCertificates(Buffer.from('nothing')), []);
});

test('refuses a certificate that is cut off, with a code', async (t) => {
  const cut = pem('CERTIFICATE', createAuthority('some CA').der.subarray(0, 100));
  t.throws(() => inspectCertificates(Buffer.from(cut)), { name: 'EngineError', code: /./ });
});
