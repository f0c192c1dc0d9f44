/**
 * Owns the promise that a bound of both planes that is no key's is written in the schema, and nowhere else.
 */
import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { generateBoundsHeader, generateBoundsModule } from '../../../scripts/generate-bounds.mjs';
import { readSchema } from '../../../scripts/schema.mjs';
import { parseBind } from '../../../src/config/addresses.js';
import { parsePathPrefix } from '../../../src/config/rewrite.js';
import { checkSnapshot } from '../../../src/engine/native.js';
import { BOUNDS } from '../../../src/generated-bounds.js';
import { parsePathPattern } from '../../../src/routing/path-pattern.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

const schema = readSchema();

test('both planes take their bounds from the schema', async (t) => {
  t.same(BOUNDS, schema['x-bounds']);
  const more = { 'x-bounds': { ...schema['x-bounds'], pathSegments: 3 } };
  t.match(generateBoundsHeader(more), 'inline constexpr uint64_t kMostPathSegments = 3;');
  t.match(generateBoundsModule(more), '"pathSegments":3');
  const written = (path: string) =>
    readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  for (const path of [
    'native/snapshot/decode_condition.cc',
    'native/snapshot/decode_route.cc',
    'native/snapshot/decode_forwarding.cc',
    'src/conditions/condition.ts',
    'src/routing/path-pattern.ts',
    'src/config/rewrite.ts',
    'src/config/addresses.ts',
  ]) {
    t.notMatch(written(path), /= (?:16|256|1024|2048|65_?535)\b/, path);
  }
});

test('what is at a bound is taken, and what is beyond it is not', async (t) => {
  const { pathSegments, prefixBytes, port } = BOUNDS;
  t.equal(parsePathPattern('/a'.repeat(pathSegments)).ok, true);
  t.equal(parsePathPattern('/a'.repeat(pathSegments + 1)).ok, false);
  t.equal(parsePathPrefix(`/${'x'.repeat(prefixBytes - 1)}`).ok, true);
  t.equal(parsePathPrefix(`/${'x'.repeat(prefixBytes)}`).ok, false);
  t.equal(parseBind(`127.0.0.1:${port}`).ok, true);
  t.equal(parseBind(`127.0.0.1:${port + 1}`).ok, false);
});

test('the most fields that the schema allows, with those that are added, are taken by the data plane', async (t) => {
  const { maintenance, respond } = schema.$defs;
  const folder = makeConfigFolder(t.testdir({}));
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-${i}`, 'v']));
  const match = { path: '/' };
  const route = { name: 'x', match, allow: 'any-trusted' };
  const full = { headers: fields(respond.properties.headers.maxProperties), json: {} };
  const away = {
    headers: fields(maintenance.properties.headers.maxProperties),
    retryAfter: '1m',
    json: {},
  };
  const routes = [
    { ...route, respond: full },
    { ...route, name: 'y', match: { path: '/y' }, proxy: 'crm', maintenance: away },
  ];
  const compiled = await compileFile(folder.write('gateway.json', minimalConfig({ routes })));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const { action } = JSON.parse(compiled.document).routes[1];
  t.equal(action.fields.length, 64);
  t.same(checkSnapshot(compiled.document), []);
});
