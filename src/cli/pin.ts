/**
 * Owns `pinlatch pin`: every fingerprint of a certificate, and the JSON to paste.
 */
import type { X509Certificate } from 'node:crypto';
import { readCertificatesIn } from '../config/read-file.js';
import { painter } from '../config/report.js';
import { literal, problemText, visible } from '../parsed.js';
import { eachCertificate } from '../pins/certificate-file.js';
import { colons } from '../pins/digest.js';
import { fingerprintsOf } from '../pins/fingerprints.js';
import { keyNote } from '../pins/key-note.js';
import { leafFirst } from '../pins/leaf-first.js';
import { x509Of } from '../pins/x509.js';
import { type Command, EXIT, fileArgument } from './command.js';

const base64 = (hex: string, form: 'base64' | 'base64url' = 'base64'): string =>
  Buffer.from(hex, 'hex').toString(form);

// X509Certificate writes names one attribute a line, most general first.
const oneLine = (name: string): string => visible(name.split('\n').join(', '));

function commonName({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? '';
}

function clientName(certificate: X509Certificate): string {
  const name = commonName(certificate)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
  return name === '' ? 'client' : name;
}

function pasteText(certificate: X509Certificate, sha256: string): string {
  const pin = `sha256:${colons(sha256)}`;
  const lines = ['"clients": {', `  ${literal(clientName(certificate))}: {`, '    "pins": ['];
  return [...lines, `      ${literal(pin)}`, '    ]', '  }', '}'].join('\n');
}

/** describePins prints one certificate. */
export function describePins(certificate: X509Certificate, colour: boolean): string {
  const { sha256, sha1, spkiSha256 } = fingerprintsOf(certificate);
  const paint = painter(colour);
  const rows: readonly (readonly [string, string])[] = [
    ['subject', oneLine(certificate.subject ?? '')],
    ['issuer', oneLine(certificate.issuer ?? '')],
    ['valid', `${certificate.validFrom} to ${certificate.validTo}`],
    ['sha256', `sha256:${colons(sha256)}`],
    ['sha1', `sha1:${colons(sha1)}`],
    ['spki sha256', `sha256/${base64(spkiSha256)}`],
    ['spki in hex', `spki:${spkiSha256}`],
    ['x5t#S256', `x5t#S256:${base64(sha256, 'base64url')}`],
  ];
  const table = rows.map(([name, value]) => `${paint('bold', name.padEnd(13))}${value}`).join('\n');
  const note = certificate.ca
    ? `\nThis is the certificate of a CA. A pin is compared with the client's own certificate.\n`
    : `\npaste into gateway.json:\n\n${pasteText(certificate, sha256)}\n`;
  const ofKey = keyNote(certificate);
  return `${table}\n${ofKey === undefined ? '' : `\n${ofKey}\n`}${note}`;
}

export const pin: Command = {
  help: `usage: pinlatch pin CERT

Prints the fingerprints of a certificate (PEM or DER) in every form that gateway.json accepts,
and the JSON to paste. If the file has several certificates, the client's own must come first.

  sha256       of the certificate: changes with every renewal
  spki sha256  of its public key: survives a renewal with the same key

exit code: 0 fine, 1 there is no certificate in the file, 2 the file cannot be used
`,
  async run(args, terminal) {
    const file = fileArgument(args);
    const parsed = eachCertificate(await readCertificatesIn(file, 'presented'), x509Of);
    if (!parsed.ok) {
      terminal.writeError(`pinlatch: ${visible(file)}: ${problemText(parsed.problem)}\n`);
      return EXIT.invalid;
    }
    const texts = leafFirst(parsed.value).map((one) => describePins(one, terminal.colour));
    terminal.write(texts.join(`\n${'-'.repeat(72)}\n\n`));
    return EXIT.fine;
  },
};
