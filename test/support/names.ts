/**
 * Owns distinguished names and general names as they are written in certificates (RFC 5280 sections 4.1.2.4, 4.2.1.6).
 */
import { isIP } from 'node:net';
import {
  contextConstructed,
  contextPrimitive,
  ia5String,
  objectIdentifier,
  printableString,
  sequence,
  set,
  utf8String,
} from './der.js';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  street: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  GN: '2.5.4.42',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
  emailAddress: '1.2.840.113549.1.9.1',
};

/**
 * Name is a distinguished name in the order of the encoding (most general first): one attribute per RDN, or a list of
 * attributes for a multi-valued RDN. The attribute is a short name ("CN") or a dotted identifier. A string is a lone CN;
 * bytes are taken as the DER of the whole name.
 */
export type Name = string | Uint8Array | readonly (Attribute | readonly Attribute[])[];
export type Attribute = readonly [type: string, value: string];

function attributeDer([type, value]: Attribute): Buffer {
  const oid = ATTRIBUTES[type] ?? type;
  return sequence(objectIdentifier(oid), attributeValue(type, value));
}

function attributeValue(type: string, value: string): Buffer {
  if (type === 'C' || type === 'serialNumber') {
    return printableString(value);
  }
  return type === 'DC' || type === 'emailAddress' ? ia5String(value) : utf8String(value);
}

function isAttribute(part: Attribute | readonly Attribute[]): part is Attribute {
  return typeof part[0] === 'string';
}

/** nameDer encodes a Name. */
export function nameDer(name: Name): Buffer {
  if (name instanceof Uint8Array) {
    return Buffer.from(name);
  }
  const parts = typeof name === 'string' ? [['CN', name] as const] : name;
  const rdns = parts.map((part) => {
    const attributes = isAttribute(part) ? [part] : part;
    return set(...attributes.map(attributeDer));
  });
  return sequence(...rdns);
}

/** GeneralName is one subject alternative name or one base of a name constraint. */
export type GeneralName =
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly uri: string }
  | { readonly ip: string }
  | { readonly directory: Name }
  | { readonly raw: Uint8Array };

/** generalNameDer encodes a GeneralName. An IP constraint is written "10.0.0.0/255.0.0.0" or "fd00::/ffff::". */
export function generalNameDer(name: GeneralName): Buffer {
  if ('email' in name) {
    return contextPrimitive(1, Buffer.from(name.email, 'latin1'));
  }
  if ('dns' in name) {
    return contextPrimitive(2, Buffer.from(name.dns, 'latin1'));
  }
  if ('directory' in name) {
    return contextConstructed(4, nameDer(name.directory));
  }
  if ('uri' in name) {
    return contextPrimitive(6, Buffer.from(name.uri, 'latin1'));
  }
  if ('ip' in name) {
    return contextPrimitive(7, ...name.ip.split('/').map(addressBytes));
  }
  return Buffer.from(name.raw);
}

function addressBytes(address: string): Buffer {
  switch (isIP(address)) {
    case 4:
      return Buffer.from(address.split('.').map(Number));
    case 6:
      return ipv6Bytes(address);
    default:
      throw new TypeError(`not an IP address: ${address}`);
  }
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...new Array<string>(gap).fill('0'), ...after];
  return Buffer.concat(groups.map((group) => Buffer.from(group.padStart(4, '0'), 'hex')));
}
