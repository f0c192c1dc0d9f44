/**
 * Owns the mTLS matrix: one table of who comes with what, and what must become of it on every version of TLS. It says
 * nothing of how: mtls-matrix-gateway.ts serves it, mtls-attempts.ts meets it. A test that meets it in another way (on a
 * kept-alive connection, after a reload) brings an Attempt or a moment; the table stays the same. Pure.
 */
import type { KeyType } from './keys.js';
import type { Holder } from './mtls-credentials.js';

export const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
export type Version = (typeof VERSIONS)[number];

export const CLIENT_AUTH = ['required', 'optional'] as const;
export type ClientAuth = (typeof CLIENT_AUTH)[number];

export const KEY_TYPES = ['p256', 'p384', 'rsa2048'] as const satisfies readonly KeyType[];

/** Expected is what becomes of a request. `code` is the stable one, in the log and, of a reply, in its body. */
export type Expected =
  | { readonly status: 200 }
  | { readonly status: 403; readonly code: string }
  | { readonly alert: Readonly<Record<Version, number>>; readonly code: string };

const served: Expected = { status: 200 };
const forbidden = (code: string): Expected => ({ status: 403, code });
const refused = (code: string, older: number, newer: number = older): Expected => ({
  alert: { 'TLSv1.2': older, 'TLSv1.3': newer },
  code,
});

const always = (expected: Expected): Row['on'] => ({ required: expected, optional: expected });

const HANDSHAKE_FAILURE = 40;
const UNSUPPORTED_CERTIFICATE = 43;
const CERTIFICATE_REVOKED = 44;
const CERTIFICATE_EXPIRED = 45;
const UNKNOWN_CA = 48;
const CERTIFICATE_REQUIRED = 116;

/** Row is one line of the matrix. */
export interface Row {
  /** What the client presents. */
  readonly client: Holder | 'none';
  /** /pinned takes the pinned client, /trusted whoever the trust bundle accepts, /open anyone. */
  readonly path: '/pinned' | '/trusted' | '/open';
  readonly on: Readonly<Record<ClientAuth, Expected>>;
}

const certificateMissing = refused(
  'client-certificate-missing',
  HANDSHAKE_FAILURE, // RFC 5246 section 7.4.6
  CERTIFICATE_REQUIRED, // RFC 8446 section 4.4.2.4
);

/** MATRIX is the table. */
export const MATRIX: readonly Row[] = [
  { client: 'pinned', path: '/pinned', on: always(served) },
  {
    client: 'none',
    path: '/pinned',
    on: { required: certificateMissing, optional: forbidden('certificate-required') },
  },
  {
    client: 'none',
    path: '/trusted',
    on: { required: certificateMissing, optional: forbidden('certificate-required') },
  },
  { client: 'none', path: '/open', on: { required: certificateMissing, optional: served } },
  { client: 'not pinned', path: '/pinned', on: always(forbidden('not-pinned')) },
  { client: 'not pinned', path: '/trusted', on: always(served) },
  // What is presented must be valid, also where nothing need be and the route would take anyone.
  ...refusedEverywhere('of an unknown CA', refused('unknown-ca', UNKNOWN_CA)),
  ...refusedEverywhere('of an unknown CA with the name of ours', refused('unknown-ca', UNKNOWN_CA)),
  ...refusedEverywhere('pinned, without the intermediate', refused('unknown-ca', UNKNOWN_CA)),
  ...refusedEverywhere('expired', refused('certificate-expired', CERTIFICATE_EXPIRED)),
  ...refusedEverywhere('not yet valid', refused('certificate-not-yet-valid', CERTIFICATE_EXPIRED)),
  ...refusedEverywhere('revoked', refused('certificate-revoked', CERTIFICATE_REVOKED)),
  ...refusedEverywhere(
    'of an expired intermediate',
    refused('certificate-expired', CERTIFICATE_EXPIRED),
  ),
  ...refusedEverywhere(
    'of a revoked intermediate',
    refused('certificate-revoked', CERTIFICATE_REVOKED),
  ),
  ...refusedEverywhere('a server', refused('unsupported-certificate', UNSUPPORTED_CERTIFICATE)),
];

function refusedEverywhere(client: Holder, expected: Expected): readonly Row[] {
  return [{ client, path: '/open', on: always(expected) }];
}

/** Cell is one row met in one way. */
export interface Cell {
  readonly row: Row;
  readonly version: Version;
  readonly auth: ClientAuth;
  /** Whose certificates the client and the server have. */
  readonly keys: KeyType;
  readonly serverKeys: KeyType;
}

/** cellName is for the name of a check. */
export function cellName({ row, version, auth, keys, serverKeys }: Cell): string {
  const kinds = keys === serverKeys ? keys : `${keys} to ${serverKeys}`;
  return `${row.client} → ${row.path}, certificate ${auth}, ${version}, ${kinds}`;
}

/** cellsOf is the whole matrix, or some rows of it, for these kinds of keys. */
export function cellsOf(
  keys: KeyType,
  serverKeys: KeyType = keys,
  rows: readonly Row[] = MATRIX,
): readonly Cell[] {
  return CLIENT_AUTH.flatMap((auth) =>
    VERSIONS.flatMap((version) => rows.map((row) => ({ row, version, auth, keys, serverKeys }))),
  );
}

/** Observed is what a client saw and what the log says of it, without what differs from run to run. */
export interface Observed {
  readonly seen: object;
  readonly logged: readonly object[];
}

/** expectedOf words the table's expectation as what should be observed. */
export function expectedOf({ row, version, auth }: Cell): Observed {
  const expected = row.on[auth];
  const tls = version.slice('TLSv'.length);
  if ('alert' in expected) {
    const alert = expected.alert[version];
    const logged = { type: 'security', event: 'handshake-refused', code: expected.code };
    return { seen: { alert }, logged: [{ ...logged, alertSent: alert }] };
  }
  const { status } = expected;
  if (expected.status === 200) {
    const seen = { status, contentType: 'application/json', body: { hello: true } };
    return { seen, logged: [{ type: 'access', status, tls }] };
  }
  const { code } = expected;
  return {
    seen: { status, contentType: 'application/problem+json', body: { status, code } },
    logged: [
      { type: 'security', event: 'request-refused', code, requestId: 'as in the body' },
      { type: 'access', status, tls, code, requestId: 'as in the body' },
    ],
  };
}
