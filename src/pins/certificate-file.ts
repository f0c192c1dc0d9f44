/**
 * Owns what is made of the certificates that the engine has cut out of a file, and the writing of PEM. No I/O.
 */
import type { CertificateFile } from '../engine/native.js';
import { bad, good, type Parsed } from '../parsed.js';

/** ReadOne reads one certificate, DER, the `index`th; undefined when it is none. */
export type ReadOne<T> = (der: Buffer, index: number) => T | undefined;

/** eachCertificate reads the certificates of a file in order; one that cannot be read is a problem of the file. */
export function eachCertificate<T>(
  { certificates, problem }: CertificateFile,
  readOne: ReadOne<T>,
): Parsed<readonly T[]> {
  if (problem !== null) return bad(problem.found, problem.expected, problem.fix);
  const read = certificates.map(readOne);
  const broken = read.indexOf(undefined);
  if (broken >= 0) {
    const found =
      certificates.length === 1
        ? 'a structure that is not one DER certificate'
        : `a PEM block (number ${broken + 1}) that is not a certificate`;
    return bad(found, 'a certificate in PEM or DER form');
  }
  return good(read.filter((one) => one !== undefined));
}

/** pem wraps DER in the text form of RFC 7468, under a label such as "CERTIFICATE". */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
