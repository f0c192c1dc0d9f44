/**
 * Owns the part of the refusal table that is about extensions: key usage and purposes, critical ones that are unknown, name
 * constraints.
 */
import { type IssuedCertificate, issueClient } from './certificates.js';
import { nullValue, objectIdentifier, sequence } from './der.js';
import {
  basicConstraints,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  nameConstraints,
  rawExtension,
  type subjectAltName,
} from './extensions.js';
import {
  type Authorities,
  authorityBelow,
  type Case,
  presenting,
  refused,
  rfc5280,
} from './refusal-case.js';

const CLIENT_AUTH = [keyUsage(['digitalSignature']), extendedKeyUsage(['clientAuth'])];
const leafWith = (issuer: IssuedCertificate, name: string, extensions: readonly Extension[]) =>
  issueClient(issuer, name, { extensions });

function usageCases({ root }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const unknown = rawExtension('1.3.6.1.4.1.99999.1', true, Buffer.from([5, 0]));
  const server = leafWith(root, 'a server', [extendedKeyUsage(['serverAuth'])]);
  const cipher = leafWith(root, 'enciphers', [keyUsage(['keyEncipherment'])]);
  const odd = leafWith(root, 'odd', [...CLIENT_AUTH, unknown]);
  const signer = leafWith(root, 'signs certificates', [
    keyUsage(['digitalSignature', 'keyCertSign']),
  ]);
  const servers = authorityBelow(root, 'for servers', { more: [extendedKeyUsage(['serverAuth'])] });
  const clients = authorityBelow(root, 'for clients', { more: [extendedKeyUsage(['clientAuth'])] });
  const lists = authorityBelow(root, 'for lists', { usages: ['cRLSign'] });
  const oddAuthority = authorityBelow(root, 'odd authority', { more: [unknown] });
  const under = (authority: IssuedCertificate): IssuedCertificate =>
    presenting(issueClient(authority, `under ${authority.subject}`), authority);
  const unsupported = 'unsupported-certificate';
  const purpose = rfc5280('4.2.1.12');
  return [
    {
      name: 'a leaf without key usage and purposes',
      bundle,
      client: issueClient(root, 'plain', { extensions: [] }),
    },
    {
      name: "a server's certificate",
      bundle,
      client: server,
      refused: refused('extended-key-usage', purpose, unsupported, server),
    },
    { name: 'an intermediate for clients', bundle, client: under(clients) },
    {
      name: 'an intermediate for servers',
      bundle,
      client: under(servers),
      refused: refused('ca-extended-key-usage', purpose, unsupported, servers),
    },
    {
      name: 'a key that may not sign',
      bundle,
      client: cipher,
      refused: refused('key-usage', rfc5280('4.2.1.3'), unsupported, cipher),
    },
    {
      name: 'a leaf that may sign certificates',
      bundle,
      client: signer,
      refused: refused('end-entity-cert-sign', rfc5280('4.2.1.9'), 'bad-certificate', signer),
    },
    {
      name: 'an intermediate that may not sign certificates',
      bundle,
      client: under(lists),
      refused: refused('key-cert-sign', rfc5280('4.2.1.3'), 'bad-certificate', lists),
    },
    {
      name: 'a critical extension that nobody knows',
      bundle,
      client: odd,
      refused: refused('critical-extension', rfc5280('4.2'), unsupported, odd),
    },
    {
      name: 'such an extension of an intermediate',
      bundle,
      client: under(oddAuthority),
      refused: refused('critical-extension', rfc5280('4.2'), unsupported, oddAuthority),
    },
  ];
}

function nameCases({ root }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const permitting = authorityBelow(root, 'permitting', {
    more: [nameConstraints({ permitted: [{ dns: 'inside.test' }] })],
  });
  const excluding = authorityBelow(root, 'excluding', {
    more: [nameConstraints({ excluded: [{ ip: '10.0.0.0/255.0.0.0' }] }, false)],
  });
  const named = (issuer: IssuedCertificate, name: Parameters<typeof subjectAltName>[0][number]) =>
    issueClient(issuer, `under ${issuer.subject}`, { names: [name] });
  const outside = named(permitting, { dns: 'outside.test' });
  const inside = named(excluding, { ip: '10.1.2.3' });
  const misplaced = leafWith(root, 'constrains', [
    ...CLIENT_AUTH,
    nameConstraints({ permitted: [{ dns: 'x.test' }] }),
  ]);
  const names = rfc5280('4.2.1.10');
  const bad = 'bad-certificate';
  return [
    {
      name: 'a name that critical constraints permit',
      bundle,
      client: presenting(named(permitting, { dns: 'a.inside.test' }), permitting),
    },
    {
      name: 'a name that they do not permit',
      bundle,
      client: presenting(outside, permitting),
      refused: refused('name-not-permitted', names, bad, outside),
    },
    {
      name: 'a name beside those that constraints exclude',
      bundle,
      client: presenting(named(excluding, { ip: '11.1.2.3' }), excluding),
    },
    {
      name: 'a name that constraints exclude, though they are not critical',
      bundle,
      client: presenting(inside, excluding),
      refused: refused('name-excluded', names, bad, inside),
    },
    {
      name: 'a leaf with constraints',
      bundle,
      client: misplaced,
      refused: refused('name-constraint-misplaced', names, bad, misplaced),
    },
  ];
}

function subjectCases({ root }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const permitting = authorityBelow(root, 'permitting hosts', {
    more: [nameConstraints({ permitted: [{ dns: 'inside.test' }] })],
  });
  const excluding = authorityBelow(root, 'excluding a company', {
    more: [nameConstraints({ excluded: [{ directory: 'Müller AG' }] })],
  });
  const outside = issueClient(permitting, 'b.outside.test');
  const inOtherForm = issueClient(excluding, 'MÜLLER\u00a0AG');
  const names = rfc5280('4.2.1.10');
  return [
    {
      name: 'a common name like a host name that constraints permit',
      bundle,
      client: presenting(issueClient(permitting, 'b.inside.test'), permitting),
    },
    {
      name: 'a common name like a host name that they do not permit',
      bundle,
      client: presenting(outside, permitting),
      refused: refused('name-not-permitted', names, 'bad-certificate', outside),
    },
    {
      name: 'a subject that constraints exclude in another form',
      bundle,
      client: presenting(inOtherForm, excluding),
      refused: refused('name-excluded', names, 'bad-certificate', inOtherForm),
    },
  ];
}

function syntaxCases({ root }: Authorities): readonly Case[] {
  const bundle = 'plain';
  const noAuthority = leafWith(root, 'has a path length', [
    ...CLIENT_AUTH,
    basicConstraints(false, { pathLength: 0 }),
  ]);
  const qualified = (name: string, critical: boolean) => {
    const qualifier = sequence(objectIdentifier('1.2.3.4'), nullValue());
    const policy = sequence(objectIdentifier('1.2.3'), sequence(qualifier));
    const extension = rawExtension('2.5.29.32', critical, sequence(policy));
    return leafWith(root, name, [...CLIENT_AUTH, extension]);
  };
  const demanding = qualified('demands to be understood', true);
  const section = rfc5280('4.2.1.4');
  return [
    { name: 'a path length though it is no CA', bundle, client: noAuthority },
    {
      name: 'a policy qualifier that nobody knows',
      bundle,
      client: qualified('informs', false),
    },
    {
      name: 'such a qualifier of critical policies',
      bundle,
      client: demanding,
      refused: refused('policy-qualifier', section, 'unsupported-certificate', demanding),
    },
  ];
}

/** makeExtensionCases makes the certificates anew. */
export function makeExtensionCases(authorities: Authorities): readonly Case[] {
  return [usageCases, nameCases, subjectCases, syntaxCases].flatMap((make) => make(authorities));
}
