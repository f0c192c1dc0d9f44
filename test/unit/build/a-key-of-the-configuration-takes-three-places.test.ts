/**
 * Owns the promise of DESIGN.md about a key of a listener's limits or timeouts: three places take it by hand, and a check
 * fails where one of them is forgotten. It adds two keys to a copy of the sources.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { t as root, test } from 'tap';
import {
  type Addition,
  add,
  checkSource,
  checkTypes,
  copySources,
  failure,
  generateRanges,
  ROOT,
  readIn,
} from '../../support/changed-sources.js';
import { makeConfigFolder } from '../../support/config-folder.js';

const GOLDEN = 'test/golden/compile/the-smallest-configuration.txt';
const NAMES = 'native/identity/attribute_names.def';
const COPIED = [
  'firmware-config',
  'native/base',
  NAMES,
  'native/snapshot',
  'scripts',
  'src',
  GOLDEN,
];
const DASHES = `${'-'.repeat(80)}\n`;

/** PLACES are what is written by hand for `limits.foo` and `timeouts.bar`. */
const PLACES: Readonly<Record<'schema' | 'model' | 'golden', readonly Addition[]>> = {
  schema: [
    {
      file: 'firmware-config/gateway.schema.json',
      before: '            "connectionsPerAddress": {',
      added: '"foo": { "default": 7, "type": "integer", "minimum": 1, "maximum": 9 },\n',
    },
    {
      file: 'firmware-config/gateway.schema.json',
      before: '            "tunnelIdle": {',
      added: '"bar": { "default": "4s", "$ref": "#/$defs/duration" },\n',
    },
  ],
  model: [
    {
      file: 'native/snapshot/model.h',
      before: '  // Of one client address, an IPv6 one',
      added: '  uint32_t foo = ranges::kListenerLimitsFoo.usual;\n',
    },
    {
      file: 'native/snapshot/model.h',
      before: '  // Of a tunnel, without a byte',
      added: '  Milliseconds bar{ranges::kListenerTimeoutsBar.usual};\n',
    },
  ],
  golden: [
    { file: GOLDEN, before: '"connectionsPerAddress":', added: '"foo":7,' },
    { file: GOLDEN, before: '"tunnelIdleMs":', added: '"barMs":4000,' },
  ],
};

type Named = keyof typeof PLACES;

function copyWith(folder: string, names: readonly Named[]): string {
  add(
    copySources(folder, COPIED),
    names.flatMap((name) => PLACES[name]),
  );
  return folder;
}

const generate = (folder: string) => failure(folder, process.execPath, ['scripts/generate.mjs']);

const compileDecoder = (folder: string): string =>
  generateRanges(folder) || checkSource(folder, 'native/snapshot/decode_listener.cc');

async function documentOf(folder: string, path: string): Promise<string> {
  const outfile = join(folder, 'compile-file.mjs');
  const entryPoints = [join(folder, 'src/snapshot/compile-file.ts')];
  buildSync({
    entryPoints,
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  process.env.PINLATCH_ADDON ??= join(ROOT, 'build/Release/pinlatch.node');
  const { compileFile } = await import(pathToFileURL(outfile).href);
  const { document } = await compileFile(path);
  return document;
}

// The types of all sources are checked, on a machine that may be busy.
root.setTimeout(600_000);

test('three places make a key whole', async (t) => {
  const folder = copyWith(t.testdir({ copy: {}, config: {} }), ['schema', 'model', 'golden']);
  t.ok(Object.keys(PLACES).length <= 6);
  t.equal(generate(folder), '');
  t.equal(checkTypes(folder), '');
  t.equal(compileDecoder(folder), '');
  const header = readIn(folder, 'build/generated/snapshot/ranges.h');
  t.match(
    header,
    'FIELD("foo", foo, ranges::kListenerLimitsFoo)',
    'decoded, and in each test document',
  );
  t.match(header, 'FIELD("barMs", bar, ranges::kListenerTimeoutsBar)');
  const site = makeConfigFolder(join(folder, 'config'));
  const [input = '', expected = ''] = readIn(folder, GOLDEN).split(DASHES);
  const document = await documentOf(folder, site.write('gateway.json', input));
  const { limits, timeouts } = JSON.parse(document).listeners[0];
  t.match({ limits, timeouts }, { limits: { foo: 7 }, timeouts: { barMs: 4000 } });
  const numbers = (text: string) =>
    text.match(/"limits":\{"headBytes".*?"tunnelIdleMs":\d+\}/s)?.[0];
  t.equal(numbers(document.replaceAll(/\s/g, '')), numbers(expected.replaceAll(/\s/g, '')));
  const [, old = ''] = readIn(ROOT, GOLDEN).split(DASHES);
  t.not(numbers(old.replaceAll(/\s/g, '')), numbers(expected.replaceAll(/\s/g, '')));
});

test('forgetting the schema fails the build', async (t) => {
  const failed = compileDecoder(copyWith(t.testdir({}), ['model', 'golden']));
  t.match(failed, /kListenerLimitsFoo/);
});

test('forgetting the model fails the build', async (t) => {
  const failed = compileDecoder(copyWith(t.testdir({}), ['schema', 'golden']));
  t.match(failed, /foo/);
});

test('a duration without a default fails the build', async (t) => {
  const folder = copyWith(t.testdir({}), ['schema', 'model', 'golden']);
  const schema = readIn(folder, 'firmware-config/gateway.schema.json');
  const without = schema.replace('"bar": { "default": "4s", ', '"bar": { ');
  writeFileSync(join(folder, 'firmware-config/gateway.schema.json'), without);
  t.match(compileDecoder(folder), /listener\.timeouts\.bar has no default/);
});

test('a limit without a default takes its reader too, and forgetting that fails the build', async (t) => {
  const folder = copyWith(t.testdir({}), ['schema', 'model', 'golden']);
  const schema = readIn(folder, 'firmware-config/gateway.schema.json');
  const without = schema.replace('"foo": { "default": 7, ', '"foo": { ');
  writeFileSync(join(folder, 'firmware-config/gateway.schema.json'), without);
  t.equal(generate(folder), '');
  t.match(checkTypes(folder), /^src\/config\/listener-limits\.ts.*foo/m);
  t.equal(compileDecoder(folder), '');
  const header = readIn(folder, 'build/generated/snapshot/ranges.h');
  t.match(header, 'FIELD("foo", foo, OrNone(ranges::kListenerLimitsFoo))');
  const before = '    connectionsPerAddress,\n    handshakesPerAddress: rate.count';
  add(folder, [
    { file: 'src/config/listener-limits.ts', before, added: '    foo: raw.foo ?? 0,\n' },
  ]);
  t.equal(checkTypes(folder), '');
});
