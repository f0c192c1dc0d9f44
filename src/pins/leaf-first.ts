/**
 * Owns the order of certificates in a bundle: leaf first, each before its issuer, whatever the order of the file.
 */
import type { X509Certificate } from 'node:crypto';

type Issued = ReadonlyMap<X509Certificate, readonly X509Certificate[]>;

// Certificates may have issued each other: every one counts once.
function countBelow(certificate: X509Certificate, issued: Issued): number {
  const below = new Set<X509Certificate>([certificate]);
  for (const one of below) {
    for (const next of issued.get(one) ?? []) below.add(next);
  }
  return below.size - 1;
}

/** leafFirst sorts by how many certificates of the bundle stand below each; equals keep their order. */
export function leafFirst(certificates: readonly X509Certificate[]): X509Certificate[] {
  const issued: Issued = new Map(
    certificates.map((issuer) => [issuer, certificates.filter((one) => one.checkIssued(issuer))]),
  );
  const ranks = new Map(certificates.map((one) => [one, countBelow(one, issued)]));
  return [...certificates].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
}
