/**
 * Owns names of certificates that are odd in one way each: attributes, string types, letters, order. Written as DER, because
 * openssl req makes few of them.
 */
import { objectIdentifier, sequence, set, TAG, tlv } from './der.js';

const [T61, BMP, UNIVERSAL, BIT_STRING] = [0x14, 0x1e, 0x1c, 0x03];

const OID = {
  ...{ CN: '2.5.4.3', SN: '2.5.4.4', serialNumber: '2.5.4.5', C: '2.5.4.6', L: '2.5.4.7' },
  ...{ ST: '2.5.4.8', street: '2.5.4.9', O: '2.5.4.10', OU: '2.5.4.11', title: '2.5.4.12' },
  ...{ description: '2.5.4.13', businessCategory: '2.5.4.15', postalCode: '2.5.4.17' },
  ...{ telephoneNumber: '2.5.4.20', name: '2.5.4.41', GN: '2.5.4.42', initials: '2.5.4.43' },
  ...{ generationQualifier: '2.5.4.44', x500UniqueIdentifier: '2.5.4.45' },
  ...{ dnQualifier: '2.5.4.46', pseudonym: '2.5.4.65', organizationIdentifier: '2.5.4.97' },
  ...{ UID: '0.9.2342.19200300.100.1.1', mail: '0.9.2342.19200300.100.1.3' },
  ...{ DC: '0.9.2342.19200300.100.1.25', emailAddress: '1.2.840.113549.1.9.1' },
  ...{ unstructuredName: '1.2.840.113549.1.9.2', jurisdictionC: '1.3.6.1.4.1.311.60.2.1.3' },
} as const;

function encoded(text: string, tag: number): Buffer {
  if (tag === T61) return Buffer.from(text, 'latin1');
  if (tag === BMP) return Buffer.from(text, 'utf16le').swap16();
  if (tag !== UNIVERSAL) return Buffer.from(text);
  return Buffer.concat(
    [...text].map((letter) => {
      const four = Buffer.alloc(4);
      four.writeUInt32BE(letter.codePointAt(0) ?? 0);
      return four;
    }),
  );
}

type Type = keyof typeof OID;

const at = (type: Type | string, text: string, tag: number = TAG.utf8String) =>
  sequence(objectIdentifier(OID[type as Type] ?? type), tlv(tag, encoded(text, tag)));

const name = (...rdns: readonly (Buffer | readonly Buffer[])[]): Buffer =>
  sequence(...rdns.map((rdn) => (Buffer.isBuffer(rdn) ? set(rdn) : set(...rdn))));

const usual = [at('C', 'DE', TAG.printableString), at('O', 'Acme')] as const;
const common = (text: string, tag?: number) => name(...usual, at('CN', text, tag));
const also = (type: Type | string, text: string, tag?: number) =>
  name(...usual, at(type, text, tag), at('CN', `with ${type}`));

/** ODD_NAMES are the names as DER, by what is odd. */
export const ODD_NAMES: Readonly<Record<string, Buffer>> = {
  'letters with marks': common('Jürgen Müßig'),
  'Cyrillic letters': common('Приёмная'),
  'Chinese letters': common('測試'),
  'a letter of four octets': common('𝄞 clef'),
  'letters and marks apart': common('Cafe\u0301'),
  'letters of T61String': common('Käse', T61),
  'letters of BMPString': common('Łódź', BMP),
  'letters of UniversalString': common('Ωmega', UNIVERSAL),
  'a comma': common('Acme, Inc.'),
  'a plus sign': common('a+b'),
  'quotation marks': common('the "one"'),
  backslashes: common('a\\b\\'),
  'angle brackets and a semicolon': common('<a>;b'),
  'an equals sign': common('CN=root'),
  'a slash': common('a/CN=b'),
  'a space at the start': common(' a'),
  'a space at the end': common('a '),
  'spaces within': common('a   b'),
  'nothing but a space': common(' '),
  'a number sign at the start': common('#1'),
  'nothing but a number sign': common('#'),
  'no text': common(''),
  'a line break': common('a\nb'),
  'a delete character': common('a\x7fb'),
  'a control character beyond ASCII': common('a\u0085b'),
  street: also('street', 'Hauptstraße 1'),
  'a given name': also('GN', 'Hans'),
  'a surname': also('SN', 'Meier'),
  'a title': also('title', 'Dr.'),
  'an organization identifier': also('organizationIdentifier', 'VATDE-123456789'),
  'a country of jurisdiction': also('jurisdictionC', 'DE', TAG.printableString),
  'a business category': also('businessCategory', 'Private Organization'),
  'a postal code': also('postalCode', '20095'),
  'a pseudonym': also('pseudonym', 'müller:PN'),
  'a qualifier': also('dnQualifier', 'q1', TAG.printableString),
  'a mailbox of LDAP': also('mail', 'ops@example.com', TAG.ia5String),
  'a unique identifier, which is no text': also('x500UniqueIdentifier', '\0abc', BIT_STRING),
  'a name of PKCS #9': also('unstructuredName', 'box', TAG.ia5String),
  'a type that nobody knows': also('1.3.6.1.4.1.99999.7', 'x'),
  'domain components': name(
    at('DC', 'example', TAG.ia5String),
    at('DC', 'com', TAG.ia5String),
    at('UID', 'jdoe'),
  ),
  'an address of mail': also('emailAddress', 'ops@example.com', TAG.ia5String),
  'an RDN of three': name(usual[0], [at('CN', 'multi'), at('OU', 'Dev'), at('O', 'Lab')]),
  'two RDNs of two': name(
    [at('C', 'DE', TAG.printableString), at('L', 'Köln')],
    [at('serialNumber', '17', TAG.printableString), at('CN', 'ä, b')],
  ),
  'an RDN with two of a type': name(usual[0], [at('CN', 'b'), at('CN', 'a')]),
};
