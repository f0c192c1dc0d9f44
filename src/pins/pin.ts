/**
 * Owns Pin: a fingerprint that a client certificate must have.
 */

/** PinKind says what was hashed: the whole DER certificate (sha256, sha1) or its SubjectPublicKeyInfo (spki-sha256). */
export type PinKind = 'sha256' | 'sha1' | 'spki-sha256';

export interface Pin {
  readonly kind: PinKind;
  /** Lower-case hexadecimal: 40 digits for sha1, else 64. */
  readonly value: string;
}

/** ConfiguredPin is a pin with what the configuration says of it. Times are Unix seconds; null is no bound. */
export interface ConfiguredPin extends Pin {
  readonly label: string;
  /** From this moment on the pin counts. */
  readonly notBefore: number | null;
  /** From this moment on it does not. */
  readonly expires: number | null;
}

/** PIN_BYTES is the length of a fingerprint of each kind. */
export const PIN_BYTES: Readonly<Record<PinKind, number>> = Object.freeze({
  sha256: 32,
  sha1: 20,
  'spki-sha256': 32,
});

/** PIN_WORDS says in words what each kind is. */
export const PIN_WORDS: Readonly<Record<PinKind, string>> = Object.freeze({
  sha256: 'the SHA-256 fingerprint of a certificate',
  sha1: 'the SHA-1 fingerprint of a certificate',
  'spki-sha256': 'the SHA-256 of a public key (SPKI)',
});
