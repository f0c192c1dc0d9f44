/**
 * Owns the writing of PEM (RFC 7468). Pure.
 */

/** pem wraps DER in the text form of RFC 7468, under a label such as "CERTIFICATE". */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
