/** Owns CAs that cannot be used, for the kind of their key. */
import { createAuthority, type IssuedCertificate } from './certificates.js';
import { generateKey, type KeyType } from './keys.js';

const signer = generateKey();

/** unusableAuthority is a CA whose key cannot be used; its own signature, which nobody looks at, is another key's. */
export function unusableAuthority(name: string, type: KeyType): IssuedCertificate {
  return createAuthority(name, { issuer: { subject: name, key: signer }, key: generateKey(type) });
}
