import t from 'tap';
import { readGatewaySchema, schemaKnows } from '../../bench/gateway-schema.js';

const SCHEMA = {
  properties: {
    crypto: { $ref: '#/$defs/crypto' },
    log: { properties: { access: { enum: ['all'] }, level: { not: {} } } },
    tiers: { not: {} },
  },
  $defs: { crypto: { properties: { provider: { enum: ['auto'] } } } },
};

t.test('a key is found by its path, also where the schema refers to another place', async (t) => {
  t.ok(schemaKnows(SCHEMA, ['log', 'access']));
  t.ok(schemaKnows(SCHEMA, ['crypto', 'provider']));
});

t.test('a key that is not there, or only to come, is not known', async (t) => {
  t.notOk(schemaKnows(SCHEMA, ['crypto', 'engine']));
  t.notOk(schemaKnows(SCHEMA, ['toString']));
  t.notOk(schemaKnows(SCHEMA, ['tiers']));
  t.notOk(schemaKnows(SCHEMA, ['log', 'level']));
  t.notOk(schemaKnows(undefined, ['log']));
});

t.test("the gateway's own schema is read", async (t) => {
  t.ok(schemaKnows(readGatewaySchema(), ['drainTimeout']));
});
