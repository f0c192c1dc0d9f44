import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'jsonc-parser';
import { test } from 'tap';
import { getLanguageService, type JSONSchema } from 'vscode-json-languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { published } from '../../../scripts/generate-validator.mjs';
import { configText } from '../../../src/cli/init.js';
import { prepareCredentials, writeDemoConfig } from '../../../src/demo/demo-folder.js';
import { makeFolder } from '../../support/gateway.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const SCHEMA = JSON.parse(read('firmware-config/gateway.schema.json'));
const FILE = 'file:///etc/pinlatch/gateway.json';
const INIT = configText(`sha256:${'ab'.repeat(32)}`, 'gateway.schema.json');
const EXAMPLE = read('firmware-config/gateway.json');
const EVERY_KEY =
  read('test/golden/compile/every-key-that-there-is.txt').split(/^-{80}\n/m)[0] ?? '';

// The service resolves references in what it is given.
const fresh = (): JSONSchema => structuredClone(SCHEMA);

/** opened is a file as VS Code has it. */
function opened(text: string) {
  const service = getLanguageService({});
  service.configure({
    validate: true,
    schemas: [{ uri: SCHEMA.$id, fileMatch: [FILE], schema: fresh() }],
  });
  const document = TextDocument.create(FILE, 'json', 1, text);
  return { service, document, parsed: service.parseJSONDocument(document) };
}

async function complaints(text: string): Promise<readonly string[]> {
  const { service, document, parsed } = opened(text);
  const found = await service.doValidation(document, parsed, undefined, fresh());
  return found.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}

/** offered is what VS Code offers at the mark "¶". */
async function offered(text: string): Promise<readonly string[]> {
  const { service, document, parsed } = opened(text.replace('¶', ''));
  const list = await service.doComplete(document, document.positionAt(text.indexOf('¶')), parsed);
  return (list?.items ?? []).map(({ label }) => label);
}

test('VS Code finds nothing wrong with what init writes, its comments included, nor with the example or the demo', async (t) => {
  t.match(INIT, /^\s*\/\/ /m);
  t.same(await complaints(INIT), []);
  t.same(await complaints(EXAMPLE), []);
  t.same(await complaints(EVERY_KEY), []);
  const demo = writeDemoConfig(prepareCredentials(makeFolder()), 8443, 9000);
  t.same(await complaints(readFileSync(demo, 'utf8')), []);
});

test('VS Code marks what check would refuse by its shape', async (t) => {
  const changes: readonly [from: string, to: string][] = [
    ['"16MiB"', '"100MB"'],
    ['"GET"', '"get"'],
    ['"0.0.0.0:8443"', '"localhost:1"'],
    ['"envoy"', '"envoi"'],
    ['"30s"', '"30 s"'],
  ];
  for (const [from, to] of changes) {
    t.ok(EXAMPLE.includes(from), from);
    t.equal((await complaints(EXAMPLE.replace(from, to))).length, 1, to);
  }
});

test('VS Code offers the presets, and no key that this version does not take', async (t) => {
  const presets = SCHEMA.$defs.forwardedIdentity.then.enum.map((name: string) => `"${name}"`);
  const values = await offered('{ "listeners": { "edge": { "forwardIdentity": [¶] } } }');
  t.strictSame(
    presets.filter((name: string) => !values.includes(name)),
    [],
  );
  const keys = await offered('{ ¶ }');
  t.ok(keys.includes('routes'));
  t.notOk(keys.includes('tiers'));
  const ofClient = await offered('{ "clients": { "a": { ¶ } } }');
  t.same([...ofClient].sort(), ['pins', 'scopes', 'when']);
});

test('VS Code offers the ways to ask for one of several values, and finds nothing wrong with them', async (t) => {
  const around = (value: string): string =>
    `{ "clients": { "a": { "when": { "subject.CN": ${value} } } } }`;
  const values = await offered(around('¶'));
  for (const which of ['first', 'only', 'glob']) {
    t.ok(
      values.some((value) => value.includes(`"${which}"`)),
      `${which} is among ${values.join('; ')}`,
    );
  }
  const file = INIT.replace(
    '"pins":',
    '"when": { "subject.CN": { "first": ["a", { "glob": "b*" }] } }, $&',
  );
  t.not(file, INIT);
  t.same(await complaints(file), []);
});

test('a strict validator takes the published schema, and by it the same files', async (t) => {
  t.same(JSON.parse(read('dist/gateway.schema.json')), published(SCHEMA), 'the build writes it');
  const ajv = new Ajv2020({ allErrors: true, strictSchema: true, strictNumbers: true });
  const validate = ajv.compile(published(SCHEMA));
  for (const text of [INIT, EXAMPLE, EVERY_KEY])
    t.ok(validate(parse(text)), ajv.errorsText(validate.errors));
  t.notOk(validate({ ...parse(EXAMPLE), tiers: {} }));
});
