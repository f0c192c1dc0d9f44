/**
 * Owns the form of the remembered numbers of revocation lists on the disk: text that people can read, one list a line, under a
 * checksum. What identifies a list is kept as its CA wrote it. Bytes in, bytes out: no I/O.
 */
import { type ListMark, type RememberedList, sha256 } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { momentText } from '../timestamp.js';
import { fits, record, text, truth, where } from '../value-shape.js';

// Said at the front, so that a file of another version is told from a damaged one.
const FORMAT = 'pinlatch-list-numbers/1';
const FIRST_LINE = /^(pinlatch-list-numbers\/\d+) sha256:([0-9a-f]{64})\n/;

/** KeptList is a line: what people read first, then what identifies the series. */
interface KeptList {
  readonly bundle: string;
  readonly issuerName: string;
  readonly covers: string;
  readonly delta: boolean;
  /** "" where lists have none. */
  readonly number: string;
  readonly thisUpdate: string;
  /** Base64 of DER. */
  readonly issuer: string;
  readonly scope: string;
  /** Hexadecimal. */
  readonly keyId: string;
  readonly key: string;
}

function lineOf(list: RememberedList): string {
  const kept: KeptList = {
    bundle: list.bundle,
    issuerName: list.issuerName,
    covers: list.scopeText,
    delta: list.delta,
    number: list.number,
    thisUpdate: momentText(list.thisUpdate),
    issuer: Buffer.from(list.issuer).toString('base64'),
    scope: Buffer.from(list.scope).toString('base64'),
    keyId: Buffer.from(list.keyId).toString('hex'),
    key: list.key,
  };
  return `${JSON.stringify(kept)}\n`;
}

/** encodeListNumbers writes lists, the same ones always in the same way. */
export function encodeListNumbers(lists: readonly RememberedList[]): string {
  const body = lists.map(lineOf).sort().join('');
  return `${FORMAT} sha256:${sha256(Buffer.from(body))}\n${body}`;
}

const refuse = (why: string): GatewayError => new GatewayError('state-unusable', why);

function verifiedBody(text: string): string {
  const first = FIRST_LINE.exec(text);
  if (first === null)
    throw refuse('its first line is not that of such a file: the file is damaged');
  if (first[1] !== FORMAT)
    throw refuse(`its format is ${first[1]}, and this version reads ${FORMAT}`);
  const body = text.slice(first[0].length);
  if (sha256(Buffer.from(body)) !== first[2])
    throw refuse('its checksum does not match: the file is incomplete or was altered');
  return body;
}

const hex = where<string>((value) => typeof value === 'string' && /^(?:[0-9a-f]{2})*$/.test(value));
const base64 = where<string>(
  (value) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
);
const listNumber = where<string>(
  (value) => typeof value === 'string' && /^(?:0|0x(?!00)(?:[0-9A-Fa-f]{2}){1,20})?$/.test(value),
);
const moment = where<string>(
  (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
);

const KEPT_LIST = record<KeptList>({
  ...{ bundle: text, issuerName: text, covers: text, delta: truth, number: listNumber },
  ...{ thisUpdate: moment, issuer: base64, scope: base64, keyId: hex, key: hex },
});

// The checksum says that nothing was altered since, not who wrote it.
function believe(line: string): KeptList {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new GatewayError('state-unusable', 'one of its lines is not JSON', { cause });
  }
  if (fits(KEPT_LIST, value)) return value;
  throw refuse('one of its lines is not that of a revocation list');
}

function readLine(line: string): RememberedList {
  const kept = believe(line);
  return Object.freeze({
    bundle: kept.bundle,
    issuerName: kept.issuerName,
    scopeText: kept.covers,
    delta: kept.delta,
    number: kept.number,
    thisUpdate: Date.parse(kept.thisUpdate) / 1000,
    issuer: Buffer.from(kept.issuer, 'base64'),
    scope: Buffer.from(kept.scope, 'base64'),
    keyId: Buffer.from(kept.keyId, 'hex'),
    key: kept.key,
  });
}

/** decodeListNumbers reads a file. Error: GatewayError state-unusable when it is torn, altered, of another version or of another shape. */
export function decodeListNumbers(text: string): readonly RememberedList[] {
  const lines = verifiedBody(text).split('\n').slice(0, -1);
  return Object.freeze(lines.map(readLine));
}

/** markOf is what the data plane takes of a list. */
export function markOf(list: RememberedList): ListMark {
  const { bundle, issuer, scope, delta, keyId, key, number, thisUpdate } = list;
  return { bundle, issuer, scope, delta, keyId, key, number, thisUpdate };
}
