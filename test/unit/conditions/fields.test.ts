import { test } from 'tap';
import { ATTRIBUTE_TYPES, checkKey, kindOf } from '../../../src/conditions/fields.js';

const fixOf = (key: string): string | undefined => {
  const checked = checkKey(key);
  return checked.ok ? 'taken' : checked.problem.fix;
};

test('the fields of certificates are taken, and the operators', async (t) => {
  for (const type of ATTRIBUTE_TYPES) {
    t.equal(kindOf(`subject.${type}`), 'text');
    t.equal(kindOf(`issuer.${type}`), 'text');
  }
  for (const key of ['all', 'any', 'not', 'san.ip', 'policies', 'issuer.1.2.840.113549.1.9.2']) {
    t.equal(fixOf(key), 'taken', key);
  }
});

test('other spellings are refused with the right one', async (t) => {
  for (const [key, fix] of [
    ['subject.commonName', 'subject.CN'],
    ['Subject.cn', 'subject.CN'],
    ['issuer.organizationalUnitName', 'issuer.OU'],
    ['subject.2.5.4.6', 'subject.C'],
    ['commonName', 'subject.CN'],
    ['san.DNS', 'san.dns'],
    ['notafter', 'notAfter'],
    ['fingerprint.sha265', 'fingerprint.sha256'],
  ] as const) {
    t.equal(fixOf(key), `write "${fix}"`, key);
  }
  for (const key of ['', 'subject.constructor', 'constructor', '__proto__', 'x'.repeat(99)]) {
    t.match(fixOf(key), /docs\/conditions\.md/, key);
  }
});
