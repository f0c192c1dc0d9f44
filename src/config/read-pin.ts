/**
 * Owns the reading of one pin that passed the schema.
 */

import { parseMoment } from '../document/moment.js';
import { validated } from '../parsed.js';
import { parsePin } from '../pins/parse-pin.js';
import type { ConfiguredPin, PinKind } from '../pins/pin.js';
import type { RawPin } from './generated-shape.js';

export function readPin(raw: RawPin): ConfiguredPin {
  if (typeof raw === 'string') {
    const always = { label: '', notBefore: null, expires: null };
    return Object.freeze({ ...validated(parsePin(raw)), ...always });
  }
  const [text, kind] = objectPin(raw);
  const { label = '', notBefore, expires } = raw;
  return Object.freeze({
    ...validated(parsePin(text, kind)),
    label,
    notBefore: moment(notBefore),
    expires: moment(expires),
  });
}

const moment = (text: string | undefined): number | null =>
  text === undefined ? null : validated(parseMoment(text));

function objectPin({ sha256, sha1, spki }: Exclude<RawPin, string>): readonly [string, PinKind] {
  if (sha256 !== undefined) return [sha256, 'sha256'];
  if (sha1 !== undefined) return [sha1, 'sha1'];
  return [spki ?? '', 'spki-sha256'];
}
