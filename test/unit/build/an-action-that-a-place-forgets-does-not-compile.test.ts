/**
 * Owns the promise of DESIGN.md about what a route does: whoever asks for it knows every kind of action. The test adds a kind to
 * a copy of the sources, and sees each place fail to compile that has no answer for it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { t as root, test } from 'tap';
import {
  add,
  checkSource,
  checkTypes,
  copySources,
  generateRanges,
  ROOT,
} from '../../support/changed-sources.js';

// Of the vendored sources none of these places needs any.
const LAYERS = readdirSync(join(ROOT, 'native')).filter((name) => name !== 'third_party');
const COPIED = ['firmware-config', 'scripts', ...LAYERS.map((name) => `native/${name}`)];

// The types of all sources are checked, on a machine that may be busy.
root.setTimeout(600_000);

test('TypeScript names each place', async (t) => {
  const folder = copySources(t.testdir({}), ['src']);
  t.equal(checkTypes(folder), '');
  const added = " | { readonly kind: 'idle' }";
  add(folder, [
    { file: 'src/config/action.ts', before: ';\n\n/** proxyOf', added },
    { file: 'src/snapshot/snapshot.ts', before: ';\n\n/** SnapshotRoute', added },
  ]);
  const told = checkTypes(folder);
  const found = [...new Set(told.match(/^src\/[\w/-]+\.ts(?=\(.*TS2366)/gm))];
  t.same(found.sort(), [
    'src/config/action.ts',
    'src/snapshot/as-configured.ts',
    'src/snapshot/compile-action.ts',
  ]);
});

test('C++ names each place', async (t) => {
  const folder = copySources(t.testdir({}), COPIED);
  t.equal(generateRanges(folder), '');
  const places = [
    'native/snapshot/action.cc',
    'native/snapshot/decode_action.cc',
    'native/policy/route_differences.cc',
    'native/exchange/exchange.cc',
  ];
  for (const place of places) t.equal(checkSource(folder, place), '', place);
  add(folder, [
    {
      file: 'native/snapshot/action.h',
      before: 'using Action =',
      added: 'struct Idle {\n  static constexpr std::string_view kKind = "idle";\n};\n\n',
    },
    { file: 'native/snapshot/action.h', before: '>;\n\n// ProxyOf', added: ', Idle' },
  ]);
  for (const place of places) t.match(checkSource(folder, place), 'Idle', place);
});
