/**
 * Owns what is said of the kind of a certificate's key where not every gateway admits it. Which keys count is the engine's
 * to say (native/x509/key_info); a command that prints pins has no chain to ask it about.
 */
import type { X509Certificate } from 'node:crypto';

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** keyNote says what the kind of a key means for its holder; undefined for the kinds that are always admitted. */
export function keyNote({ publicKey }: X509Certificate): string | undefined {
  const { asymmetricKeyType: kind = 'unknown', asymmetricKeyDetails } = publicKey;
  const curve = asymmetricKeyDetails?.namedCurve ?? 'unknown';
  if (kind === 'rsa' || kind === 'rsa-pss') return undefined;
  if (kind === 'ec' && CURVES.includes(curve)) return undefined;
  if (kind === 'ed25519') {
    return 'Its key is Ed25519, which is admitted with the crypto provider "host" alone (`pinlatch status` names the provider).';
  }
  const name = kind === 'ec' ? `on the curve ${curve}` : `of the kind ${kind}`;
  return `Its key is ${name}, which is not supported: a client with this certificate is refused, pinned or not.`;
}
