/**
 * Owns the promise that docs/conditions.md holds: every example in it compiles, the native side takes it, and the
 * translations match the certificates that the rules they stand for match.
 */
import { test } from 'tap';
import { checkSnapshot } from '../../../src/engine/native.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { type ConfigFolder, makeConfigFolder, minimalConfig } from '../../support/config-folder.js';
import {
  CONDITIONS_DOCUMENT,
  conditionsSection,
  translationsOf,
} from '../../support/translations.js';

async function problems(folder: ConfigFolder, client: unknown): Promise<string[]> {
  const text = minimalConfig({ clients: { billing: client } });
  const compiled = await compileFile(folder.write('gateway.json', text));
  if (!compiled.ok) return compiled.issues.map(({ at, found }) => `${at}: ${found}`);
  return checkSnapshot(compiled.document).map(({ detail }) => detail);
}

for (const [title, least] of [
  ['From HAProxy', 17],
  ['From nginx', 10],
  ['From Zato', 17],
] as const) {
  test(`every translation ${title.toLowerCase()} is taken by both sides`, async (t) => {
    const folder = makeConfigFolder(t.testdir({}));
    const translations = translationsOf(title);
    t.equal(translations.length, least, 'none is passed over');
    for (const { from, when } of translations) {
      t.same(await problems(folder, { pins: ['11'.repeat(32)], when }), [], from);
      t.same(await problems(folder, { when }), [], `${from}, without pins`);
    }
  });
}

test('every other example is taken too', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const blocks = [...CONDITIONS_DOCUMENT.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
    ([, json = '']) => json,
  );
  const inline = [...conditionsSection('Conditions').matchAll(/`(\{ "(?:not|subject)[^`]*\})`/g)];
  const examples = [...blocks, ...inline.map(([, json = '']) => json)];
  t.equal(examples.length, 4);
  for (const json of examples) {
    t.same(await problems(folder, { pins: ['11'.repeat(32)], when: JSON.parse(json) }), [], json);
  }
});

test('a Zato definition is its lines, one key each', async (t) => {
  const [definition = '', json = ''] = [
    ...conditionsSection('From Zato').matchAll(/^```(?:json)?\n([\s\S]*?)^```/gm),
  ].map(([, text]) => text);
  const lines = definition.trim().split('\n');
  const known = new Map(translationsOf('From Zato').map(({ from, when }) => [from, when]));
  const translated = lines.map((line) => known.get(line) ?? { missing: line });
  t.same(Object.assign({}, ...translated), JSON.parse(json));
});
