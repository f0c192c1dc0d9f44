/**
 * Owns a gateway whose routes each allow one client with a condition, and certificates that differ in one thing.
 */
import {
  createAuthority,
  type IssuedCertificate,
  type Issuer,
  issueClient,
  issueServer,
} from './certificates.js';
import { objectIdentifier, sequence } from './der.js';
import {
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  rawExtension,
  subjectAltName,
} from './extensions.js';
import { type Config, startGateway, type TestGateway, usualConfig } from './gateway.js';
import type { GeneralName, Name } from './names.js';

export const KIOSK_NAMES: readonly GeneralName[] = [
  { dns: 'Kiosk-7.hall.example.com' },
  { uri: 'spiffe://example.org/kiosk/7' },
  { email: 'Ops@Example.com' },
  { ip: '10.1.2.3' },
  { ip: '2001:db8::7' },
];

export const KIOSK_SUBJECT: Name = [
  ['C', 'DE'],
  ['O', 'Acme, Inc.'],
  ['OU', 'kiosks'],
  ['OU', 'hall'],
  ['CN', 'kiosk 7'],
];

export const POLICY = '1.3.6.1.4.1.99999.1';

/** issueKiosk makes a client certificate with a name, alternative names and a policy. */
export function issueKiosk(
  issuer: Issuer,
  subject: Name = KIOSK_SUBJECT,
  names: readonly GeneralName[] = KIOSK_NAMES,
): IssuedCertificate {
  const policies = sequence(sequence(objectIdentifier(POLICY)));
  return issueClient(issuer, subject, {
    serial: 0x0a1b2cn,
    extensions: [
      basicConstraints(false),
      keyUsage(['digitalSignature']),
      extendedKeyUsage(['clientAuth']),
      rawExtension('2.5.29.32', false, policies),
      ...(names.length === 0 ? [] : [subjectAltName(names)]),
    ],
  });
}

/** ConditionGateway serves /<name> for the client of that name alone. */
export interface ConditionGateway extends TestGateway {
  readonly kiosk: IssuedCertificate;
  /** Of the same authority, without a field that any condition asks for. */
  readonly plain: IssuedCertificate;
}

/** startConditionGateway runs a gateway with one client and route for each entry: a `when`, or a whole client. */
export async function startConditionGateway(
  clients: Readonly<Record<string, (kiosk: IssuedCertificate) => Config>>,
): Promise<ConditionGateway> {
  const authority = createAuthority([
    ['O', 'Acme'],
    ['CN', 'Device CA'],
  ]);
  const server = issueServer(authority);
  const kiosk = issueKiosk(authority);
  const plain = issueClient(authority, 'plain');
  const credentials = { authority, server, client: kiosk };
  const config = (): Config => ({
    ...usualConfig(credentials),
    clients: Object.fromEntries(Object.entries(clients).map(([name, make]) => [name, make(kiosk)])),
    routes: Object.keys(clients).map((name) => ({
      name,
      match: { path: `/${name}` },
      allow: [name],
      respond: { json: { name } },
    })),
  });
  const gateway = await startGateway({ credentials, config });
  return { ...gateway, kiosk, plain };
}
