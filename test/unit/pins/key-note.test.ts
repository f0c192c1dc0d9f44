import { generateKeyPairSync, type KeyObject, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { FEWEST_RSA_BITS, keyNote } from '../../../src/pins/key-note.js';

const noteOf = (publicKey: KeyObject): string | undefined =>
  keyNote({ publicKey } as X509Certificate);
const pss = (hashAlgorithm?: string, mgf1HashAlgorithm?: string): KeyObject =>
  generateKeyPairSync('rsa-pss', {
    modulusLength: 2048,
    ...(hashAlgorithm && { hashAlgorithm }),
    ...(mgf1HashAlgorithm && { mgf1HashAlgorithm }),
  }).publicKey;

t.test('keys that are always admitted have no note', (t) => {
  t.equal(noteOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), undefined);
  t.equal(noteOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey), undefined);
  t.equal(noteOf(pss()), undefined);
  t.equal(noteOf(pss('sha256', 'sha256')), undefined);
  t.end();
});

t.test('every other key is told of where its pin is made', (t) => {
  t.match(noteOf(generateKeyPairSync('ed25519').publicKey), /crypto provider "host" alone/);
  t.match(noteOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey), /secp256k1/);
  const writtenOut = { namedCurve: 'P-256', paramEncoding: 'explicit' } as const;
  t.match(
    noteOf(generateKeyPairSync('ec', writtenOut).publicKey),
    /written out in place of its name/,
  );
  t.match(noteOf(generateKeyPairSync('x25519').publicKey), /of the kind x25519/);
  t.match(noteOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), /1024 bits/);
  t.match(noteOf(pss('sha256', 'sha1')), /sha256 with masks by sha1, which is not supported/);
  t.match(noteOf(pss('sha1', 'sha1')), /sha1 with masks by sha1, which is not supported/);
  t.end();
});

t.test('the least bits are those of the schema', (t) => {
  const schema = JSON.parse(readFileSync('firmware-config/gateway.schema.json', 'utf8'));
  t.equal(schema.$defs.trust.properties.minRsaBits.minimum, FEWEST_RSA_BITS);
  t.end();
});
