import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { asConfigured, SECTIONS, settingsOf } from '../../../src/snapshot/as-configured.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { makeConfigFolder } from '../../support/config-folder.js';

type Json = Readonly<Record<string, unknown>>;

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const SCHEMA: Json = JSON.parse(read('firmware-config/gateway.schema.json'));
const EVERY_KEY =
  read('test/golden/compile/every-key-that-there-is.txt').split(/^-{80}\n/m)[0] ?? '';

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** resolved follows $ref. */
function resolved(schema: unknown): Json {
  if (!isRecord(schema)) return {};
  const steps = typeof schema.$ref === 'string' ? schema.$ref.split('/').slice(1) : undefined;
  if (steps === undefined) return schema;
  return resolved(steps.reduce<unknown>((at, step) => (at as Json)[step], SCHEMA));
}

/** strangers lists the keys of a value that its schema does not know; undefined members count. */
function strangers(value: unknown, schema: unknown, at: string): readonly string[] {
  if (!isRecord(value)) return [];
  const { properties, additionalProperties } = resolved(schema);
  if (!isRecord(properties) && !isRecord(additionalProperties)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const known = isRecord(properties) ? properties[key] : undefined;
    const any = isRecord(additionalProperties) ? additionalProperties : undefined;
    if (known === undefined && any === undefined) return [`${at}.${key}`];
    return strangers(member, known ?? any, `${at}.${key}`);
  });
}

// What an entry is called and where it stands; certificates and conditions are worded on their own.
const APART = new Set(['name', 'at', 'certificates', 'tls', 'when']);
const bare = (entry: Json): Json =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => !APART.has(key)));

test('every word for what an entry holds is a key of the configuration', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const compiled = await compileFile(folder.write('gateway.json', EVERY_KEY));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const { snapshot } = compiled;
  const properties = SCHEMA.properties as Json;
  for (const section of Object.keys(SECTIONS)) {
    const inSchema = resolved(properties[section === 'tcpRoutes' ? 'routes' : section]);
    const schema = inSchema.items ?? inSchema.additionalProperties;
    const entries = snapshot[section as keyof typeof snapshot] as unknown as readonly Json[];
    t.ok(entries.length > 0, section);
    for (const entry of entries) {
      const { name, ...words } = { ...bare(asConfigured(section, entry)), name: entry.name };
      t.same(strangers(words, schema, `${section} ${name}`), []);
    }
  }
  const { format: _, guardedFields: __, ...settings } = settingsOf(snapshot);
  t.same(strangers(settings, SCHEMA, ''), []);
});
