/**
 * Owns client certificates that rules on names tell apart: those that the tables of docs/conditions.md name, and others
 * that are nearly so.
 */
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
  type Variation,
} from './certificates.js';
import { objectIdentifier, sequence, set, tlv, utf8String } from './der.js';
import type { Credentials } from './gateway.js';
import { generateKey } from './keys.js';
import type { Attribute, GeneralName, Name } from './names.js';

const acme = (...more: readonly Attribute[]): Name => [['C', 'DE'], ['O', 'Acme'], ...more];
const authorityOf = (...name: readonly Attribute[]) => createAuthority([...name]);

const usual = authorityOf(['O', 'Acme'], ['CN', 'MyTestCA']);
const rsa = createAuthority([['CN', 'RSA CA']], { key: generateKey('rsa2048') });
const old = authorityOf(['O', 'Acme'], ['CN', 'Old CA']);
const nearlyOld = authorityOf(['O', 'Acme'], ['CN', 'Old CA 2']);
const loudOld = authorityOf(['O', 'Acme'], ['CN', 'OLD CA']);
const nameless = authorityOf(['O', 'Acme'], ['OU', 'CN=Old CA']);

const BMP_STRING = 0x1e;
const bmpName = sequence(
  set(
    sequence(
      objectIdentifier('2.5.4.3'),
      tlv(BMP_STRING, Buffer.from('billing', 'utf16le').swap16()),
    ),
  ),
  set(sequence(objectIdentifier('2.5.4.10'), utf8String('Acme'))),
);

type Told = Variation & { readonly names?: readonly GeneralName[] };
const of = (subject: Name, told: Told = {}): IssuedCertificate => issueClient(usual, subject, told);
const named = (cn: string): IssuedCertificate => of(acme(['CN', cn]));
const units = (...units: readonly string[]): IssuedCertificate =>
  of(acme(...units.map((unit) => ['OU', unit] as const), ['CN', 'unit']));
const DAY_MS = 86_400_000;
const dated = (notBefore: string, notAfter: string): IssuedCertificate =>
  of(acme(['CN', 'dated']), { notBefore: new Date(notBefore), notAfter: new Date(notAfter) });

/** BILLING is whom the tables name, by its fingerprints as well. */
export const BILLING = of(acme(['CN', 'billing']), { serial: 0x0a1b2cn });

/** TRANSLATED_CERTIFICATES are they, by what is told of each. */
export const TRANSLATED_CERTIFICATES: Readonly<Record<string, IssuedCertificate>> = {
  billing: BILLING,
  'another certificate of that name': named('billing'),
  'the name another way round': of([
    ['CN', 'billing'],
    ['O', 'Acme'],
    ['C', 'DE'],
  ]),
  'CN x, then billing': of(acme(['CN', 'x'], ['CN', 'billing'])),
  'CN billing, then x': of(acme(['CN', 'billing'], ['CN', 'x'])),
  'O and CN in one RDN': of([
    ['C', 'DE'],
    [
      ['O', 'Acme'],
      ['CN', 'billing'],
    ],
  ]),
  'two CNs in one RDN': of([
    ['C', 'DE'],
    [
      ['CN', 'x'],
      ['CN', 'billing'],
    ],
  ]),
  'no CN': of(acme()),
  'a longer CN': named('billing-2'),
  'a CN with more before it': named('x billing'),
  'another case': named('Billing'),
  'a CN in BMPString': of(bmpName),
  'an O with CN in it': of([
    ['C', 'DE'],
    ['O', 'Acme/CN=billing'],
  ]),
  'an O with CN behind a comma': of([
    ['C', 'DE'],
    ['O', 'x,CN=billing'],
  ]),
  'an O with OU behind a comma': of([
    ['C', 'DE'],
    ['O', 'x,OU=client.api'],
  ]),
  'an O that begins with CN': of([
    ['C', 'DE'],
    ['O', 'CN=billing'],
  ]),
  'an O that ends in a backslash': of([
    ['C', 'DE'],
    ['O', 'x\\'],
    ['CN', 'billing'],
  ]),
  'another O, then Acme': of([
    ['O', 'Other'],
    ['O', 'Acme'],
    ['CN', 'x'],
  ]),
  'OU client.api': units('client.api'),
  'OU client.batch, then sales': units('client.batch', 'sales'),
  'OU sales, then client.batch': units('sales', 'client.batch'),
  'OU sales': units('sales'),
  'OU Sales': units('Sales'),
  'OU client-api': units('client-api'),
  'OU client.api.v2': units('client.api.v2'),
  'OU Client.API': units('Client.API'),
  kiosk: of(acme(['CN', 'kiosk-7.example.com']), {
    names: [{ dns: 'billing' }, { uri: 'spiffe://example.org/billing' }],
  }),
  'nothing but the start': named('kiosk-'),
  'nothing but the end': named('.example.com'),
  'a kiosk of another case': named('Kiosk-7.EXAMPLE.com'),
  'another before the kiosk': of(acme(['CN', 'x'], ['CN', 'kiosk-7.example.com'])),
  'a line break in a CN': named('kiosk-\nx.example.com'),
  'an RSA key': of(acme(['CN', 'rsa']), { key: generateKey('rsa2048') }),
  'an Ed25519 key': of(acme(['CN', 'ed25519']), { key: generateKey('ed25519') }),
  'a key of P-384': of(acme(['CN', 'p384']), { key: generateKey('p384') }),
  'a signature of RSA': issueClient(rsa, acme(['CN', 'billing'])),
  'from the start of 2026 on': dated('2026-01-01T00:00:00Z', '2029-12-31T23:59:59Z'),
  'from the second before on': dated('2025-12-31T23:59:59Z', '2030-01-01T00:00:00Z'),
  'of half a century': dated('2026-01-01T00:00:01Z', '2055-06-01T00:00:00Z'),
  'of this year alone': dated(
    new Date(Date.now() - DAY_MS).toISOString(),
    new Date(Date.now() + DAY_MS).toISOString(),
  ),
  'a serial number that begins with a bit': of(acme(['CN', 'x']), { serial: 0x8a1b2cn }),
  'a serial number with more behind it': of(acme(['CN', 'x']), { serial: 0x0a1b2c00n }),
  'an old CA': issueClient(old, acme(['CN', 'x'])),
  'a CA whose name is longer': issueClient(nearlyOld, acme(['CN', 'x'])),
  'an old CA in capitals': issueClient(loudOld, acme(['CN', 'x'])),
  'a CA without a CN': issueClient(nameless, acme(['CN', 'x'])),
};

const authorities = [usual, rsa, old, nearlyOld, loudOld, nameless];

/** TRANSLATED_CREDENTIALS trust all who issued them. */
export const TRANSLATED_CREDENTIALS: Credentials = {
  authority: { ...usual, pem: authorities.map(({ pem }) => pem).join('') },
  server: issueServer(usual),
  client: BILLING,
};
