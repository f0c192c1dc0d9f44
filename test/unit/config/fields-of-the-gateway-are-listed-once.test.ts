import { test } from 'tap';
import { generateGatewayFields } from '../../../scripts/generate-gateway-fields.mjs';
import { readSchema } from '../../../scripts/schema.mjs';
import { checkRequestEdit, isGatewayField } from '../../../src/config/header-edits.js';

const FAMILIES: readonly string[] = readSchema().$defs.gatewayField.enum;

test('both planes have the families of fields that only the gateway writes from the schema', async (t) => {
  const header = generateGatewayFields(readSchema());
  t.ok(FAMILIES.length >= 10);
  for (const family of FAMILIES) {
    t.match(header, `    "${family}",\n`);
    const name = `${family.toUpperCase().replaceAll('-', '_')}X`;
    t.ok(isGatewayField(name), name);
    t.notOk(checkRequestEdit(`${family}x`).ok, family);
  }
  t.notOk(isGatewayField('X-Client-CN'));
});

test('a family is written as names are folded: nothing would begin with any other', async (t) => {
  for (const family of FAMILIES) t.match(family, /^[a-z0-9-]+$/);
});
