import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { type HasSettings, startSettings } from '../../../src/snapshot/start-settings.js';

const NONE: HasSettings = {
  snapshot: { workers: 0, cryptoProvider: 'auto' },
  operation: { adminSocket: null },
};

type Part = {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
};

function keysThatWait({ properties = {} }: Part, above = ''): readonly string[] {
  return Object.entries(properties).flatMap(([key, part]) => {
    const waits = /A change takes effect at the next start\./.test(part.description ?? '');
    return [...(waits ? [`${above}${key}`] : []), ...keysThatWait(part, `${above}${key}.`)];
  });
}

test('the schema says of the settings that a reload does not change, and of no others, that they wait', async (t) => {
  const schema: Part = JSON.parse(readFileSync('firmware-config/gateway.schema.json', 'utf8'));
  t.same(keysThatWait(schema), Object.keys(startSettings(NONE)));
});
