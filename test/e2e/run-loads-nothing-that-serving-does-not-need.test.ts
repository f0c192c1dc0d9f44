import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { makeFolder, runPinlatch, startGateway } from '../support/gateway.js';

const LISTER = fileURLToPath(new URL('../support/list-modules.mjs', import.meta.url));

// Which modules the build joined to which file of dist/.
const JOINED: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../dist/modules.json', import.meta.url), 'utf8'),
);
const joinedIn = (url: string): readonly string[] =>
  (JOINED[url.slice(url.indexOf('dist/'))] ?? []).map((path) => `/${path}`);

function listing(): { readonly env: NodeJS.ProcessEnv; loaded(): readonly string[] } {
  const file = join(makeFolder(), 'modules');
  const env = {
    LIST_MODULES: file,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${LISTER}`,
  };
  const loaded = () => {
    const files = readFileSync(file, 'utf8').split('\n');
    return [...files, ...files.flatMap(joinedIn)];
  };
  return { env, loaded };
}

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const OURS = Object.keys({ ...PACKAGE.dependencies, ...PACKAGE.devDependencies });

// tap puts modules of its own into every child; they are of packages that we do not name.
const packages = (loaded: readonly string[]): readonly string[] =>
  OURS.filter((name) => loaded.some((path) => path.includes(`/node_modules/${name}/`)));

const commands = (loaded: readonly string[]): readonly string[] =>
  ['run', 'init', 'check', 'compile', 'pin', 'verify', 'verify-batch'].filter((name) =>
    loaded.some((path) => path.endsWith(`/js/cli/${name}.js`)),
  );

test('run loads the reader of JSON with comments, and neither ajv nor another command', async (t) => {
  const { env, loaded } = listing();
  const gateway = await startGateway({ env });
  t.same(await gateway.stop(), { code: 0, signal: null });
  t.same(packages(loaded()), ['jsonc-parser']);
  t.same(commands(loaded()), ['run']);
  t.notOk(loaded().some((path) => path.includes('/js/demo/')));
  t.same(gateway.errors.text, [], 'V8 knows every flag that is set');
});

test('check loads neither ajv nor what serves', async (t) => {
  const { env, loaded } = listing();
  const gateway = await startGateway();
  const checked = runPinlatch(['check', gateway.configPath], { cwd: gateway.folder, env });
  t.same(await checked.exited, { code: 0, signal: null });
  t.same(packages(loaded()), ['jsonc-parser']);
  t.notOk(commands(loaded()).includes('run'), 'what does not serve stays apart from what does');
  t.same(checked.errors.text, []);
  await gateway.stop();
});
