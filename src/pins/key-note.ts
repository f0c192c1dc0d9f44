/**
 * Owns what is said of the kind of a certificate's key where not every gateway admits it. Which keys count is the engine's
 * to say (native/x509/key_info); a command that prints pins has no chain to ask it about.
 */
import type { X509Certificate } from 'node:crypto';

const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
// id-ecPublicKey and the head of a SEQUENCE: parameters that are written out (RFC 3279 section 2.3.5), where node:crypto names
// the curve that they happen to be.
const WRITTEN_OUT = Buffer.from('06072a8648ce3d020130', 'hex');
const HASHES = ['sha256', 'sha384', 'sha512'];
/** FEWEST_RSA_BITS is the least that "minRsaBits" of a trust bundle can ask for. */
export const FEWEST_RSA_BITS = 2048;

type Details = X509Certificate['publicKey']['asymmetricKeyDetails'];

// A key that is bound to nothing signs with any.
function isPssPairSupported({
  hashAlgorithm,
  mgf1HashAlgorithm,
}: NonNullable<Details> = {}): boolean {
  if (hashAlgorithm === undefined) return true;
  return HASHES.includes(hashAlgorithm) && hashAlgorithm === mgf1HashAlgorithm;
}

const pairText = ({ hashAlgorithm, mgf1HashAlgorithm }: NonNullable<Details> = {}): string =>
  `${hashAlgorithm} with masks by ${mgf1HashAlgorithm}`;

function sizeNote(bits: number | undefined): string | undefined {
  if (bits === undefined || bits >= FEWEST_RSA_BITS) return undefined;
  return `Its key has ${bits} bits, and RSA keys need at least ${FEWEST_RSA_BITS}: a client with this certificate is refused, pinned or not.`;
}

const isWrittenOut = (publicKey: X509Certificate['publicKey']): boolean =>
  publicKey.export({ type: 'spki', format: 'der' }).includes(WRITTEN_OUT);

const refusedNote = (what: string): string =>
  `Its key is ${what}, which is not supported: a client with this certificate is refused, pinned or not.`;

/** keyNote says what the kind of a key means for its holder; undefined for the kinds that are always admitted. */
export function keyNote({ publicKey }: X509Certificate): string | undefined {
  const { asymmetricKeyType: kind = 'unknown', asymmetricKeyDetails } = publicKey;
  const curve = asymmetricKeyDetails?.namedCurve ?? 'unknown';
  if (kind === 'rsa-pss' && !isPssPairSupported(asymmetricKeyDetails)) {
    return `Its RSASSA-PSS key is bound to ${pairText(asymmetricKeyDetails)}, which is not supported: a client with this certificate is refused, pinned or not. Make one whose hash and mask hash are the same, such as \`openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256\`.`;
  }
  if (kind === 'rsa' || kind === 'rsa-pss') return sizeNote(asymmetricKeyDetails?.modulusLength);
  if (kind === 'ec' && isWrittenOut(publicKey)) {
    return `${refusedNote('on a curve that is written out in place of its name')} Make one with \`openssl ecparam\` without \`-param_enc explicit\`.`;
  }
  if (kind === 'ec' && CURVES.includes(curve)) return undefined;
  if (kind === 'ed25519') {
    return 'Its key is Ed25519, which is admitted with the crypto provider "host" alone (`pinlatch status` names the provider).';
  }
  return refusedNote(kind === 'ec' ? `on the curve ${curve}` : `of the kind ${kind}`);
}
