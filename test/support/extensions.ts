/**
 * Owns certificate extensions (RFC 5280 section 4.2), each as one function; `rawExtension` writes any other. Nothing is
 * checked: a CA without keyCertSign or a critical unknown extension is what some tests are about.
 */
import {
  boolean,
  contextConstructed,
  contextPrimitive,
  integer,
  namedBits,
  objectIdentifier,
  octetString,
  sequence,
} from './der.js';
import { type KeyPair, keyIdentifier } from './keys.js';
import { type GeneralName, generalNameDer } from './names.js';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The DER that goes into extnValue. */
  readonly value: Uint8Array;
}

/** rawExtension writes any extension: `value` is the DER inside extnValue, or bytes that are no DER at all. */
export function rawExtension(oid: string, critical: boolean, value: Uint8Array): Extension {
  return Object.freeze({ oid, critical, value });
}

/** extensionDer encodes an Extension; critical=FALSE is the default and left out. */
export function extensionDer(extension: Extension): Buffer {
  const critical = extension.critical ? [boolean(true)] : [];
  return sequence(objectIdentifier(extension.oid), ...critical, octetString(extension.value));
}

export function basicConstraints(
  ca: boolean,
  options: { readonly pathLength?: number; readonly critical?: boolean } = {},
): Extension {
  const parts = ca ? [boolean(true)] : [];
  if (options.pathLength !== undefined) {
    parts.push(integer(options.pathLength));
  }
  return rawExtension('2.5.29.19', options.critical ?? true, sequence(...parts));
}

const KEY_USAGE = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGE)[number];

export function keyUsage(usages: readonly KeyUsage[], critical = true): Extension {
  const bits = usages.map((usage) => KEY_USAGE.indexOf(usage));
  return rawExtension('2.5.29.15', critical, namedBits(bits));
}

const PURPOSES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
};

/** extendedKeyUsage takes short names ("clientAuth", "any") and dotted identifiers. */
export function extendedKeyUsage(purposes: readonly string[], critical = false): Extension {
  const oids = purposes.map((purpose) => objectIdentifier(PURPOSES[purpose] ?? purpose));
  return rawExtension('2.5.29.37', critical, sequence(...oids));
}

export function subjectAltName(names: readonly GeneralName[], critical = false): Extension {
  return rawExtension('2.5.29.17', critical, sequence(...names.map(generalNameDer)));
}

export interface NameConstraints {
  readonly permitted?: readonly GeneralName[];
  readonly excluded?: readonly GeneralName[];
}

export function nameConstraints(constraints: NameConstraints, critical = true): Extension {
  const subtrees = (n: number, names: readonly GeneralName[] | undefined): Buffer[] =>
    names === undefined
      ? []
      : [contextConstructed(n, ...names.map((name) => sequence(generalNameDer(name))))];
  const value = sequence(
    ...subtrees(0, constraints.permitted),
    ...subtrees(1, constraints.excluded),
  );
  return rawExtension('2.5.29.30', critical, value);
}

/** subjectKeyIdentifier takes a key, or the very bytes to write. */
export function subjectKeyIdentifier(of: KeyPair | Uint8Array): Extension {
  const id = of instanceof Uint8Array ? of : keyIdentifier(of);
  return rawExtension('2.5.29.14', false, octetString(id));
}

/** authorityKeyIdentifier takes the issuer's key, or the very bytes to write. */
export function authorityKeyIdentifier(of: KeyPair | Uint8Array): Extension {
  const id = of instanceof Uint8Array ? of : keyIdentifier(of);
  return rawExtension('2.5.29.35', false, sequence(contextPrimitive(0, id)));
}
