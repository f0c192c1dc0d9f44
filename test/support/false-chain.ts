/**
 * Owns chains as strangers make them: a leaf and intermediates that lead by their names to a CA which has signed none of them.
 */
import {
  createAuthority,
  type IssuedCertificate,
  type Issuer,
  issueCertificate,
} from './certificates.js';
import { basicConstraints } from './extensions.js';
import { generateKey } from './keys.js';

/**
 * falseChain makes one of `length` intermediates, each of which could be the leaf's issuer; with none of them the leaf itself
 * names the CA. `pem` is the whole chain. Its key is of the CA's kind, so that each signature has to be checked.
 */
export function falseChain(authority: Issuer, length: number): IssuedCertificate {
  const key = generateKey(authority.key.type);
  const impostor = { subject: authority.subject, key };
  const between = { subject: 'X', key };
  const leaf = issueCertificate({
    subject: 'stranger',
    issuer: length === 0 ? impostor : between,
    extensions: [basicConstraints(false)],
  });
  const intermediates = Array.from({ length }, () =>
    createAuthority('X', { issuer: impostor, extensions: [basicConstraints(true)] }),
  );
  return Object.freeze({ ...leaf, pem: [leaf, ...intermediates].map(({ pem }) => pem).join('') });
}
