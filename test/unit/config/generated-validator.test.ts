import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { generateShape, SHAPE_FILE } from '../../../scripts/generate-shape.mjs';
import { GENERATED, generateValidator } from '../../../scripts/generate-validator.mjs';
import { RULE_NAMES } from '../../../src/config/values.js';

const schema = JSON.parse(
  readFileSync(new URL('../../../firmware-config/gateway.schema.json', import.meta.url), 'utf8'),
);

function* rulesIn(part: unknown): Generator<unknown> {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === 'x-value') yield value;
    else yield* rulesIn(value);
  }
}

test('the validator is in step with the schema', async (t) => {
  const same = readFileSync(GENERATED, 'utf8') === generateValidator(schema);
  t.ok(same, 'if not: npm run generate');
});

test('types and shape are in step with the schema', async (t) => {
  const same = readFileSync(SHAPE_FILE, 'utf8') === (await generateShape(schema));
  t.ok(same, 'if not: npm run generate');
});

test('the validator asks nothing of the schema compiler', async (t) => {
  const text = readFileSync(GENERATED, 'utf8');
  t.notMatch(text, /\brequire\(/);
  t.same(
    [...text.matchAll(/^import .* from ["'](.*)["'];$/gm)].map((match) => match[1]),
    ['node:util', './schema-error.js', './values.js'],
  );
});

test('every rule that the schema names exists, and is named', async (t) => {
  t.same([...new Set(rulesIn(schema))].sort(), [...RULE_NAMES].sort());
});

test('a schema for which the schema compiler would have to stay is refused', async (t) => {
  t.throws(() => generateValidator({ $async: true, type: 'string' }), /the schema needs require/);
});
