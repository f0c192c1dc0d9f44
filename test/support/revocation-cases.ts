/**
 * Owns the part of the refusal table that is about revocation lists, deny lists and self-signed bundles: the certificates,
 * the lists, and the trust bundles that they are judged by.
 */
import {
  createAuthority,
  type IssuedCertificate,
  issueCertificate,
  issueClient,
} from './certificates.js';
import { extendedKeyUsage, keyUsage } from './extensions.js';
import {
  type Authorities,
  type Case,
  hoursFromNow,
  presenting,
  type Refused,
  refused,
} from './refusal-case.js';
import { issueRevocationList, type RevocationListRequest } from './revocation-lists.js';

/** Bundle is a trust bundle of gateway.json and the files that it names; a name with a slash is in a folder. */
export interface Bundle {
  readonly name: string;
  readonly trust: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

export interface RevocationCases {
  readonly bundles: readonly Bundle[];
  readonly cases: readonly Case[];
  /** Of the self-signed bundle: what its client pins. */
  readonly pinned: readonly IssuedCertificate[];
}

const CA = ['root.crt'];
const LISTS = 'RFC 5280 section 6.3.3';

type ListParts = Omit<RevocationListRequest, 'issuer' | 'revoked'>;

function listOf(
  issuer: IssuedCertificate,
  revoked: readonly IssuedCertificate[] = [],
  parts: ListParts = {},
): string {
  const entries = revoked.map(({ serial }) => ({ serial }));
  return issueRevocationList({ issuer, revoked: entries, ...parts }).pem;
}

// A bundle with one file of lists.
function withLists(name: string, lists: readonly string[], crl: object = {}): Bundle {
  const file = `${name}.crl`;
  return {
    name,
    trust: { ca: CA, crl: { files: [file], ...crl } },
    files: { [file]: lists.join('') },
  };
}

/** Holders are who comes to the bundles with lists; `good` and `revoked` are of the intermediate. */
interface Holders {
  readonly good: IssuedCertificate;
  readonly revoked: IssuedCertificate;
  readonly underRevoked: IssuedCertificate;
}

const revokedBy = (section: string, certificate: IssuedCertificate): Refused =>
  refused('revoked', section, 'certificate-revoked', certificate);

const undecided = (rule: string, section: string, certificate: IssuedCertificate): Refused =>
  refused(rule, section, 'revocation-unknown', certificate);

function listCases({ root, intermediate }: Authorities): Omit<RevocationCases, 'pinned'> {
  const withdrawn = createAuthority('withdrawn', { issuer: root });
  const revoked = issueClient(intermediate, 'revoked');
  const holders: Holders = {
    good: presenting(issueClient(intermediate, 'good'), intermediate),
    revoked: presenting(revoked, intermediate),
    underRevoked: presenting(issueClient(withdrawn, 'under withdrawn'), withdrawn),
  };
  const ofRoot = listOf(root, [withdrawn]);
  const ofIntermediate = listOf(intermediate, [revoked]);
  const ofWithdrawn = listOf(withdrawn);
  const stale = (hours: number, revokedOnes: readonly IssuedCertificate[] = [revoked]): string =>
    listOf(intermediate, revokedOnes, {
      thisUpdate: hoursFromNow(-hours - 24),
      nextUpdate: hoursFromNow(-hours),
    });
  const bundles: readonly Bundle[] = [
    withLists('listed', [ofRoot, ofIntermediate, ofWithdrawn]),
    withLists('no-list', [ofRoot]),
    withLists('no-list-accepted', [ofRoot], { unlistedIssuers: 'accept' }),
    withLists('leaf-only', [ofIntermediate, ofWithdrawn], { check: 'leaf' }),
    withLists('stale', [ofRoot, stale(2)]),
    withLists('stale-in-grace', [ofRoot, stale(2)], { whenStale: 'grace:3h' }),
    withLists('stale-past-grace', [ofRoot, stale(2)], { whenStale: 'grace:1h' }),
    withLists('stale-accepted', [ofRoot, stale(2000)], { whenStale: 'accept' }),
    withLists('from-the-future', [
      ofRoot,
      listOf(intermediate, [], { thisUpdate: hoursFromNow(1) }),
    ]),
    withLists('forged', [ofRoot, listOf(intermediate, [], { spoilSignature: true })]),
    withLists('unnumbered', [ofRoot, listOf(intermediate, [revoked], { number: null })]),
    withLists('unnumbered-accepted', [ofRoot, listOf(intermediate, [revoked], { number: null })], {
      unnumbered: 'accept',
    }),
    {
      name: 'folder',
      trust: { ca: CA, crl: { files: ['drop'] } },
      files: { 'drop/a.crl': ofRoot, 'drop/b.pem': ofIntermediate, 'drop/.c.part': 'half a lis' },
    },
  ];
  return { bundles, cases: listTable(holders, withdrawn) };
}

function listTable(
  { good, revoked, underRevoked }: Holders,
  withdrawn: IssuedCertificate,
): readonly Case[] {
  const isRevoked = revokedBy(LISTS, revoked);
  const stale = undecided('crl-stale', 'RFC 5280 section 5.1.2.5', good);
  const accepted = (bundle: string, name: string, client = good): Case => ({
    name,
    bundle,
    client,
  });
  return [
    accepted('listed', 'lists of every issuer'),
    { name: 'a revoked leaf', bundle: 'listed', client: revoked, refused: isRevoked },
    {
      name: 'a revoked intermediate',
      bundle: 'listed',
      client: underRevoked,
      refused: revokedBy(LISTS, withdrawn),
    },
    {
      name: 'no list of an issuer',
      bundle: 'no-list',
      client: good,
      refused: undecided('crl-missing', LISTS, good),
    },
    accepted('no-list-accepted', 'no list of an issuer, which is accepted'),
    {
      name: 'a revoked intermediate where leaves go unlisted',
      bundle: 'no-list-accepted',
      client: underRevoked,
      refused: revokedBy(LISTS, withdrawn),
    },
    accepted('leaf-only', 'only leaves are checked: no list for intermediates'),
    accepted('leaf-only', 'only leaves are checked: a revoked intermediate', underRevoked),
    {
      name: 'only leaves are checked: a revoked leaf',
      bundle: 'leaf-only',
      client: revoked,
      refused: isRevoked,
    },
    { name: 'a stale list', bundle: 'stale', client: good, refused: stale },
    accepted('stale-in-grace', 'a stale list within its grace'),
    {
      name: 'a revoked leaf in a list within its grace',
      bundle: 'stale-in-grace',
      client: revoked,
      refused: isRevoked,
    },
    {
      name: 'a stale list past its grace',
      bundle: 'stale-past-grace',
      client: good,
      refused: stale,
    },
    accepted('stale-accepted', 'a stale list that is accepted'),
    {
      name: 'a revoked leaf in a stale list that is accepted',
      bundle: 'stale-accepted',
      client: revoked,
      refused: isRevoked,
    },
    {
      name: 'a list from the future',
      bundle: 'from-the-future',
      client: good,
      refused: undecided('crl-not-yet-valid', 'RFC 5280 section 5.1.2.4', good),
    },
    {
      name: 'a list whose signature does not verify',
      bundle: 'forged',
      client: good,
      refused: undecided('crl-signature', 'RFC 5280 section 6.3.3 (g)', good),
    },
    {
      name: 'a list without a number',
      bundle: 'unnumbered',
      client: good,
      refused: undecided('crl-number', 'RFC 5280 section 5.2.3', good),
    },
    accepted('unnumbered-accepted', 'a list without a number, which is accepted'),
    {
      name: 'a revoked leaf in a list without a number',
      bundle: 'unnumbered-accepted',
      client: revoked,
      refused: isRevoked,
    },
    accepted('folder', 'a folder of lists, with an upload that is under way'),
    { name: 'a revoked leaf by a folder', bundle: 'folder', client: revoked, refused: isRevoked },
  ];
}

const colons = (hex: string): string => (hex.match(/../g) ?? []).join(':');

function denyCases({ root, intermediate }: Authorities): Omit<RevocationCases, 'pinned'> {
  const bundle = 'deny';
  const byFingerprint = issueClient(root, 'denied by fingerprint');
  const bySerial = issueClient(root, 'denied by serial', { serial: 0x0a1b2cn });
  const denied = createAuthority('denied authority', { issuer: root });
  const under = presenting(issueClient(denied, 'under denied'), denied);
  const refusedAs = (certificate: IssuedCertificate): Refused =>
    refused('deny-list', 'pinlatch deny list', 'certificate-revoked', certificate);
  const deny = [
    `SHA256 Fingerprint=${colons(byFingerprint.sha256.toUpperCase())}`,
    { serial: '0A:1B:2C' },
    { serial: `serial=${denied.serial.toString(16).toUpperCase()}` },
  ];
  return {
    bundles: [{ name: bundle, trust: { ca: CA, deny } }],
    cases: [
      {
        name: 'who is not on the deny list',
        bundle,
        client: presenting(issueClient(intermediate, 'welcome'), intermediate),
      },
      {
        name: 'denied by fingerprint',
        bundle,
        client: byFingerprint,
        refused: refusedAs(byFingerprint),
      },
      { name: 'denied by serial', bundle, client: bySerial, refused: refusedAs(bySerial) },
      { name: 'under a denied intermediate', bundle, client: under, refused: refusedAs(denied) },
    ],
  };
}

function ownCases({ root }: Authorities): RevocationCases {
  const bundle = 'own';
  const extensions = [keyUsage(['digitalSignature']), extendedKeyUsage(['clientAuth'])];
  const own = (subject: string, notAfter = hoursFromNow(24)) =>
    issueCertificate({ subject, extensions, notAfter });
  const pinned = own('own');
  const expired = own('own expired', hoursFromNow(-1));
  const server = issueCertificate({
    subject: 'own server',
    extensions: [extendedKeyUsage(['serverAuth'])],
  });
  const other = own('own');
  const issued = issueClient(root, 'issued');
  const notPinned = (certificate: IssuedCertificate): Refused =>
    refused('not-pinned', 'pinlatch trust rule 1', 'unknown-ca', certificate);
  return {
    bundles: [{ name: bundle, trust: { selfSigned: true } }],
    pinned: [pinned, expired, server],
    cases: [
      { name: 'self-signed with the pin', bundle, client: pinned },
      { name: 'self-signed without', bundle, client: other, refused: notPinned(other) },
      {
        name: 'an issued certificate where there is no authority',
        bundle,
        client: issued,
        refused: notPinned(issued),
      },
      {
        name: 'self-signed and pinned, but expired',
        bundle,
        client: expired,
        refused: refused('expired', 'RFC 5280 section 4.1.2.5', 'certificate-expired', expired),
      },
      {
        name: "self-signed and pinned, but a server's",
        bundle,
        client: server,
        refused: refused(
          'extended-key-usage',
          'RFC 5280 section 4.2.1.12',
          'unsupported-certificate',
          server,
        ),
      },
    ],
  };
}

/** makeRevocationCases makes the certificates and lists anew. */
export function makeRevocationCases(authorities: Authorities): RevocationCases {
  const lists = listCases(authorities);
  const deny = denyCases(authorities);
  const own = ownCases(authorities);
  return {
    bundles: [...lists.bundles, ...deny.bundles, ...own.bundles],
    cases: [...lists.cases, ...deny.cases, ...own.cases],
    pinned: own.pinned,
  };
}
