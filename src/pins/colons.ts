/**
 * Owns the way in which openssl prints fingerprints.
 */

/** colons writes hexadecimal digits as openssl prints them. */
export function colons(digits: string): string {
  return (digits.toUpperCase().match(/../g) ?? []).join(':');
}
