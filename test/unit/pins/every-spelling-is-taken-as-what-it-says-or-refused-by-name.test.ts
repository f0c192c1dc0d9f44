import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { quote } from '../../../src/parsed.js';
import { parsePin } from '../../../src/pins/parse-pin.js';
import type { PinKind } from '../../../src/pins/pin.js';
import { PIN_SPELLINGS, SPELT } from '../../support/pin-spellings.js';
import { stumbleAt } from '../../support/stumbles.js';

interface Spelling {
  readonly what: string;
  readonly text: string;
}

test('ninety spellings of fingerprints are taken as what they say, or refused with a word that names the trouble', async (t) => {
  t.ok(PIN_SPELLINGS.length >= 90);
  for (const [tool, text, expected] of PIN_SPELLINGS) {
    const pin = parsePin(text);
    if (typeof expected === 'string') {
      t.same(pin, { ok: true, value: { kind: expected, value: SPELT[expected] } }, tool);
    } else {
      t.match(pin, { ok: false, problem: { found: expected } }, tool);
    }
  }
});

test('what a refusal says to write is taken', async (t) => {
  for (const [tool, text] of PIN_SPELLINGS) {
    const pin = parsePin(text);
    if (pin.ok) continue;
    for (const [form] of (pin.problem.fix ?? '').matchAll(/"[^"]*"/g)) {
      const { [kindOf(form)]: value } = SPELT;
      t.match(parsePin(JSON.parse(form)), { ok: true, value: { value } }, `${tool}: ${form}`);
    }
  }
});

// The digits of each kind begin otherwise, in hexadecimal and in base64.
function kindOf(form: string): PinKind {
  const kinds: readonly PinKind[] = ['sha256', 'sha1', 'spki-sha256'];
  const isIn = (kind: PinKind) => {
    const bytes = Buffer.from(SPELT[kind], 'hex');
    const texts = [bytes.toString('hex'), bytes.toString('base64url').replaceAll(/[-_]/g, '')];
    const plain = form.toLowerCase().replaceAll(/[^0-9a-z]/g, '');
    return texts.some((text) => plain.includes(text.toLowerCase()));
  };
  return kinds.find(isIn) ?? 'sha256';
}

test('the spellings that others have collected have one reading each', async (t) => {
  const path = stumbleAt('pin-spellings.json');
  if (path === undefined) return t.comment('skipped: ../shared/cases is not there');
  const kinds = new Map<string, PinKind>();
  for (const { what, text } of JSON.parse(readFileSync(path, 'utf8')) as readonly Spelling[]) {
    const pin = parsePin(text);
    if (!pin.ok) {
      const word = pin.problem.found.replace(quote(text.trim()), '');
      t.match(word, /[A-Za-z]{3}/, `${what}: ${pin.problem.found}`);
      continue;
    }
    const { kind, value } = pin.value;
    t.equal(kinds.get(value) ?? kind, kind, `${what}: the same digits are always of one kind`);
    kinds.set(value, kind);
  }
});
