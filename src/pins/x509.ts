/**
 * Owns the reading of a certificate with node:crypto, for commands that print what it says. What serves reads certificates
 * with the engine.
 */
import { X509Certificate } from 'node:crypto';

const DER_SEQUENCE = 0x30;

/** x509Of reads one certificate in DER, or a PEM block; undefined when it is none. */
export function x509Of(bytes: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    const isWhole = bytes[0] !== DER_SEQUENCE || certificate.raw.length === bytes.length;
    return isWhole ? certificate : undefined;
  } catch {
    return undefined; // the caller says so in the words of its own report
  }
}
