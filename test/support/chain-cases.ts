/**
 * Owns the part of the refusal table that is about the way to an anchor: paths, signatures and keys, validity.
 */
import { createAuthority, issueCertificate, issueClient } from './certificates.js';
import { extendedKeyUsage, keyUsage } from './extensions.js';
import { generateKey } from './keys.js';
import {
  type Authorities,
  authorityBelow,
  type Case,
  hoursFromNow,
  presenting,
  refused,
  rfc5280,
} from './refusal-case.js';

function pathCases({ root, intermediate }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const second = authorityBelow(intermediate, 'second');
  const deep = issueClient(second, 'deep');
  const other = createAuthority('other root');
  const crossed = createAuthority('crossed', { issuer: root });
  const crossedByOther = createAuthority('crossed', { issuer: other, key: crossed.key });
  const underCrossed = issueClient(crossed, 'under crossed');
  const none = authorityBelow(root, 'no path', { pathLength: 0 });
  const belowNone = authorityBelow(none, 'below no path');
  const one = authorityBelow(root, 'one more', { pathLength: 1 });
  const belowOne = authorityBelow(one, 'below one');
  const leaf = issueClient(intermediate, 'leaf');
  const underLeaf = issueClient(leaf, 'under leaf');
  const alone = issueClient(root, 'alone');
  const stranger = createAuthority('stranger');
  const own = issueCertificate({
    subject: 'own',
    extensions: [keyUsage(['digitalSignature']), extendedKeyUsage(['clientAuth'])],
  });
  const tooDeep = authorityBelow(second, 'third');
  const deepest = issueClient(tooDeep, 'deepest');
  return [
    { name: 'a leaf of the root', bundle, client: alone },
    { name: 'an intermediate', bundle, client: presenting(leaf, intermediate) },
    {
      name: 'intermediates out of order, among strangers',
      bundle,
      client: presenting(deep, root, intermediate, stranger, second, intermediate),
    },
    {
      name: 'a cross-signed intermediate by either issuer',
      bundle,
      client: presenting(underCrossed, crossedByOther, other, crossed),
    },
    {
      name: 'a cross-signed intermediate by the wrong issuer alone',
      bundle,
      client: presenting(underCrossed, crossedByOther, other),
      refused: refused('untrusted-self-signed', rfc5280('6.1.1'), 'unknown-ca', other),
    },
    {
      name: 'an intermediate that is not there',
      bundle,
      client: presenting(deep, second),
      refused: refused('unknown-issuer', rfc5280('6.1'), 'unknown-ca', second),
    },
    {
      name: 'a certificate that signed itself',
      bundle,
      client: own,
      refused: refused('untrusted-self-signed', rfc5280('6.1.1'), 'unknown-ca', own),
    },
    { name: 'an intermediate as anchor', bundle: 'partial', client: leaf },
    {
      name: 'a leaf beside the intermediate that is the anchor',
      bundle: 'partial',
      client: presenting(alone, root),
      refused: refused('untrusted-self-signed', rfc5280('6.1.1'), 'unknown-ca', root),
    },
    {
      name: 'as long a path as is allowed',
      bundle,
      client: presenting(issueClient(belowOne, 'under two'), belowOne, one),
    },
    {
      name: 'a longer path than a CA allows',
      bundle,
      client: presenting(issueClient(belowNone, 'too long'), belowNone, none),
      refused: refused('path-length', rfc5280('4.2.1.9'), 'bad-certificate', belowNone),
    },
    { name: 'maxDepth', bundle: 'shallow', client: presenting(deep, second, intermediate) },
    {
      name: 'deeper than maxDepth',
      bundle: 'shallow',
      client: presenting(deepest, tooDeep, second, intermediate),
      refused: refused('path-depth', rfc5280('6.1'), 'bad-certificate', tooDeep),
    },
    {
      name: 'a leaf that issued another',
      bundle,
      client: presenting(underLeaf, leaf, intermediate),
      refused: refused('not-a-ca', rfc5280('4.2.1.9'), 'bad-certificate', leaf),
    },
  ];
}

function signatureCases({ root }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const rsa = generateKey('rsa2048');
  const weakKey = generateKey('rsa1024');
  const rsaAuthority = createAuthority('RSA authority', { issuer: root, key: rsa });
  const old = issueClient(rsaAuthority, 'signed with SHA-1', { signature: 'rsa-sha1' });
  const weak = issueClient(root, 'weak', { key: weakKey });
  const weakAuthority = createAuthority('weak authority', { issuer: root, key: weakKey });
  const plain = issueClient(root, 'RSA 2048', { key: rsa });
  const spoiled = issueClient(root, 'spoiled', { spoilSignature: true });
  const namesake = createAuthority('root');
  const forged = issueClient(namesake, 'forged');
  return [
    { name: 'RSA', bundle, client: presenting(issueClient(rsaAuthority, 'of RSA'), rsaAuthority) },
    {
      name: 'a signature with SHA-1',
      bundle,
      client: presenting(old, rsaAuthority),
      refused: refused('signature-algorithm', 'RFC 8446 section 4.4.2.4', 'bad-certificate', old),
    },
    {
      name: 'an RSA key of 1024 bits',
      bundle,
      client: weak,
      refused: refused('key-strength', rfc5280('6.1'), 'unsupported-certificate', weak),
    },
    {
      name: 'an intermediate with an RSA key of 1024 bits',
      bundle,
      client: presenting(issueClient(weakAuthority, 'of the weak'), weakAuthority),
      refused: refused('key-strength', rfc5280('6.1'), 'unsupported-certificate', weakAuthority),
    },
    {
      name: 'an RSA key below minRsaBits',
      bundle: 'strong',
      client: plain,
      refused: refused('key-strength', rfc5280('6.1'), 'unsupported-certificate', plain),
    },
    { name: 'an EC key, whatever minRsaBits', bundle: 'strong', client: issueClient(root, 'EC') },
    {
      name: 'a signature that does not verify',
      bundle,
      client: spoiled,
      refused: refused('signature', rfc5280('6.1.3 (a)(1)'), 'bad-certificate', spoiled),
    },
    {
      name: 'an issuer of the same name with another key',
      bundle,
      client: forged,
      refused: refused('issuer-has-other-key', rfc5280('4.2.1.1'), 'unknown-ca', forged),
    },
  ];
}

function validityCases({ root }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const expired = issueClient(root, 'expired', { notAfter: hoursFromNow(-1) });
  const early = issueClient(root, 'early', { notBefore: hoursFromNow(1) });
  const gone = createAuthority('gone', { issuer: root, notAfter: hoursFromNow(-1) });
  const validity = rfc5280('4.1.2.5');
  return [
    {
      name: 'expired',
      bundle,
      client: expired,
      refused: refused('expired', validity, 'certificate-expired', expired),
    },
    {
      name: 'not yet valid',
      bundle,
      client: early,
      refused: refused('not-yet-valid', validity, 'certificate-not-yet-valid', early),
    },
    {
      name: 'an expired intermediate',
      bundle,
      client: presenting(issueClient(gone, 'of the gone'), gone),
      refused: refused('expired', validity, 'certificate-expired', gone),
    },
  ];
}

/** makeChainCases makes the certificates anew. */
export function makeChainCases(authorities: Authorities): readonly Case[] {
  return [pathCases, signatureCases, validityCases].flatMap((make) => make(authorities));
}
