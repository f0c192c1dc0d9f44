/**
 * Owns the rules for what upstreams are told of a client: which header names may carry identity
 * fields, and that no name is written twice. As strict as the data plane's own decoder (native/snapshot/forward_identity.h).
 */
import { FIELD_NAMES } from '../conditions/fields.js';
import { nearest } from '../document/nearest.js';
import { bad, good, type Parsed, quote } from '../parsed.js';
import { checkFieldName } from './response-rules.js';

/** PRESET_HEADERS are the header fields that each preset writes. */
export const PRESET_HEADERS = {
  rfc9440: ['Client-Cert', 'Client-Cert-Chain'],
  envoy: ['X-Forwarded-Client-Cert'],
  haproxy: [
    'X-SSL-Client-Verify',
    'X-SSL-Client-DN',
    'X-SSL-Client-CN',
    'X-SSL-Issuer',
    'X-SSL-Client-NotBefore',
    'X-SSL-Client-NotAfter',
    'X-SSL-Client-SHA1',
    'X-SSL-Client-Serial',
  ],
  nginx: [
    'X-SSL-Client-Verify',
    'X-SSL-Client-Fingerprint',
    'X-SSL-Client-S-DN',
    'X-SSL-Client-I-DN',
    'X-SSL-Client-Cert',
  ],
  traefik: ['X-Forwarded-Tls-Client-Cert'],
  zato: [
    'X-Zato-TLS-Fingerprint',
    'X-Zato-TLS-Fingerprint-SHA256',
    'X-Zato-TLS-Subject',
    'X-Zato-TLS-DN',
    'X-Zato-TLS-Issuer',
    'X-Zato-TLS-Issuer-CN',
    'X-Zato-TLS-Serial',
    'X-Zato-TLS-CN',
    'X-Zato-TLS-commonName',
    'X-Zato-TLS-O',
    'X-Zato-TLS-organizationName',
    'X-Zato-TLS-OU',
    'X-Zato-TLS-organizationalUnitName',
    'X-Zato-TLS-C',
    'X-Zato-TLS-countryName',
    'X-Zato-TLS-ST',
    'X-Zato-TLS-stateOrProvinceName',
    'X-Zato-TLS-L',
    'X-Zato-TLS-localityName',
    'X-Zato-TLS-emailAddress',
  ],
  aws: [
    'X-Amzn-Mtls-Clientcert-Serial-Number',
    'X-Amzn-Mtls-Clientcert-Issuer',
    'X-Amzn-Mtls-Clientcert-Subject',
    'X-Amzn-Mtls-Clientcert-Validity',
    'X-Amzn-Mtls-Clientcert-Leaf',
  ],
  rfc7239: ['Forwarded'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type IdentityPreset = keyof typeof PRESET_HEADERS;
export type EnvoyElement = 'by' | 'hash' | 'cert' | 'chain' | 'subject' | 'uri' | 'dns';

/** ForwardedIdentity is one entry of "forwardIdentity", in the configuration and in the snapshot. */
export type ForwardedIdentity =
  | IdentityPreset
  | { readonly envoy: readonly EnvoyElement[] }
  | { readonly header: string; readonly field: string };

// What every forwarded request has from the gateway or must keep from the client as it is.
const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  'host',
  'expect',
  'http2-settings',
  'proxy-authorization',
  'x-request-id',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'via',
  'max-forwards',
]);

/** foldFieldName returns what upstreams may take a field name for: no letter case, every mark a dash. */
export function foldFieldName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
}

/** checkIdentityHeader judges the name of a header that is to carry an identity field. */
export function checkIdentityHeader(name: string): Parsed<string> {
  const written = checkFieldName(name);
  if (!written.ok) return written;
  const folded = foldFieldName(name);
  if (checkFieldName(folded).ok && !REQUEST_FIELDS.has(folded)) return good(name);
  const fix = 'choose a name of your own, such as "X-Client-CN"';
  return bad(quote(name), 'a field that the gateway does not write or remove itself', fix);
}

/** checkIdentityField judges the name of an identity field. */
export function checkIdentityField(name: string): Parsed<string> {
  if (FIELD_NAMES.includes(name)) return good(name);
  const guess = nearest(name, FIELD_NAMES);
  const fix = guess === undefined ? undefined : `did you mean ${quote(guess)}?`;
  return bad(quote(name), 'an identity field such as "subject.CN", "san.uri" or "serial"', fix);
}

/** checkForwardIdentity judges a list as a whole; members of the wrong type are reported by the schema. */
export function checkForwardIdentity(value: unknown): Parsed<unknown> {
  if (!Array.isArray(value)) return good(undefined);
  const names = value.flatMap(headerNames);
  const folded = names.map(foldFieldName);
  const twice = names.find((_, index) => folded.indexOf(folded[index] ?? '') < index);
  if (twice !== undefined) {
    const fix = 'keep the entry that your service reads';
    return bad(`the header field ${quote(twice)} twice`, 'each header field once', fix);
  }
  return good(undefined);
}

function headerNames(entry: unknown): readonly string[] {
  if (typeof entry === 'string') {
    return Object.hasOwn(PRESET_HEADERS, entry) ? PRESET_HEADERS[entry as IdentityPreset] : [];
  }
  if (typeof entry !== 'object' || entry === null) return [];
  if ('envoy' in entry) return PRESET_HEADERS.envoy;
  return 'header' in entry && typeof entry.header === 'string' ? [entry.header] : [];
}

/** readForwardIdentity freezes a list that passed. */
export function readForwardIdentity(
  entries: readonly ForwardedIdentity[],
): readonly ForwardedIdentity[] {
  return Object.freeze(entries.map(readEntry));
}

function readEntry(entry: ForwardedIdentity): ForwardedIdentity {
  if (typeof entry === 'string') return entry;
  if ('envoy' in entry) return Object.freeze({ envoy: Object.freeze([...entry.envoy]) });
  return Object.freeze({ header: entry.header, field: entry.field });
}
