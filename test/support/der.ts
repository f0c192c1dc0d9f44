/**
 * Owns the writing of DER (X.690): each function returns the encoding of one value. It writes what it is told, also what
 * a sound encoder would not, because tests need certificates that are wrong on purpose. Knows nothing of X.509.
 */

/** Tag numbers with their class and constructed bits, as they appear on the wire. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

function lengthOctets(length: number): Buffer {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
    octets.unshift(rest % 256);
  }
  return Buffer.from([0x80 | octets.length, ...octets]);
}

/** tlv wraps the concatenation of `parts` in one tag and its definite length. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(content.length), content]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(TAG.sequence, ...parts);
}

/** set writes a SET OF: its members sorted by their encoding (X.690 section 11.6). */
export function set(...parts: readonly Uint8Array[]): Buffer {
  return tlv(TAG.set, ...[...parts].sort(Buffer.compare));
}

/** integer writes a non-negative or negative INTEGER in the fewest octets. */
export function integer(value: number | bigint, tag: number = TAG.integer): Buffer {
  const octets: number[] = [];
  let rest = BigInt(value);
  do {
    octets.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (rest !== 0n && rest !== -1n);
  const negative = BigInt(value) < 0n;
  const signBit = ((octets[0] ?? 0) & 0x80) !== 0;
  if (signBit !== negative) {
    octets.unshift(negative ? 0xff : 0x00);
  }
  return tlv(tag, Buffer.from(octets));
}

export function enumerated(value: number): Buffer {
  return integer(value, TAG.enumerated);
}

export function boolean(value: boolean): Buffer {
  return tlv(TAG.boolean, Buffer.from([value ? 0xff : 0x00]));
}

export function nullValue(): Buffer {
  return tlv(TAG.null);
}

function base128(value: bigint): number[] {
  const octets = [Number(value & 0x7fn)];
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) {
    octets.unshift(Number(rest & 0x7fn) | 0x80);
  }
  return octets;
}

/** objectIdentifier writes dotted text such as "2.5.29.19". */
export function objectIdentifier(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map((arc) => BigInt(arc));
  if (first === undefined || second === undefined) {
    throw new TypeError(`an object identifier needs two arcs or more: ${dotted}`);
  }
  const octets = [first * 40n + second, ...rest].flatMap(base128);
  return tlv(TAG.objectIdentifier, Buffer.from(octets));
}

export function octetString(...parts: readonly Uint8Array[]): Buffer {
  return tlv(TAG.octetString, ...parts);
}

/** bitString writes `bytes`, of whose last octet the `unused` low bits do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return tlv(TAG.bitString, Buffer.from([unused]), bytes);
}

/** namedBits writes a BIT STRING with exactly these bits set and no trailing zero bits (X.690 section 11.2.2). */
export function namedBits(bits: readonly number[]): Buffer {
  if (bits.length === 0) {
    return bitString(Buffer.alloc(0));
  }
  const highest = Math.max(...bits);
  const bytes = Buffer.alloc(Math.floor(highest / 8) + 1);
  for (const bit of bits) {
    const index = Math.floor(bit / 8);
    bytes[index] = (bytes[index] ?? 0) | (0x80 >> (bit % 8));
  }
  return bitString(bytes, 7 - (highest % 8));
}

export function utf8String(text: string): Buffer {
  return tlv(TAG.utf8String, Buffer.from(text, 'utf8'));
}

export function printableString(text: string): Buffer {
  return tlv(TAG.printableString, Buffer.from(text, 'latin1'));
}

export function ia5String(text: string): Buffer {
  return tlv(TAG.ia5String, Buffer.from(text, 'latin1'));
}

/** time writes a UTCTime up to 2049 and a GeneralizedTime from 2050 on, without fractions (RFC 5280 section 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  const year = at.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? tlv(TAG.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(TAG.generalizedTime, Buffer.from(digits, 'latin1'));
}

/** contextPrimitive writes [n] IMPLICIT over a primitive value: `parts` are the bare content. */
export function contextPrimitive(n: number, ...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x80 | n, ...parts);
}

/** contextConstructed writes [n] EXPLICIT over whole values, or [n] IMPLICIT over the content of a SEQUENCE or SET. */
export function contextConstructed(n: number, ...parts: readonly Uint8Array[]): Buffer {
  return tlv(0xa0 | n, ...parts);
}
