import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { makeCredentials, makeFolder, runPinlatch, writeCredentials } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';

function checker() {
  const credentials = makeCredentials();
  const folder = makeFolder();
  writeCredentials(folder, credentials);
  return async (
    match: object,
    narrow: object = {},
    allow: 'any-trusted' | readonly string[] = 'any-trusted',
  ): Promise<{ readonly code: number | null; readonly text: string }> => {
    const admin = { name: 'admin', allow: ['client'], proxy: 'service', ...narrow };
    const config = proxyConfig('http://127.0.0.1:1', {
      more: [{ ...admin, match: { path: '/api/admin', ...match } }],
      allow,
    })(credentials);
    writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config));
    const program = runPinlatch(['check'], { cwd: folder });
    const { code } = await program.exited;
    return { code, text: [...program.output.text, ...program.errors.text].join('\n') };
  };
}

test('check names the narrow route, the broad one, and what services do', async (t) => {
  const { code, text } = await checker()({});
  t.equal(code, 0);
  t.match(text, /\/routes\/0\/match\/path {2}\(warning\)/);
  t.match(text, /"\/api\/admin" is guarded by route "admin"/);
  t.match(text, /"\/api\/admin\/".* and "\/api\/ADMIN" go to the same service by route "all"/);
  t.match(text, /many services.* see no difference in a trailing slash or case/);
});

test('a route that says what its service does is not warned of', async (t) => {
  const check = checker();
  for (const match of [
    { trailingSlash: 'same', ignoreCase: true },
    { trailingSlash: 'distinct', ignoreCase: false },
  ]) {
    const { code, text } = await check(match);
    t.equal(code, 0);
    t.notMatch(text, /warning/, JSON.stringify(match));
  }
  const { text } = await check({ trailingSlash: 'same' });
  t.match(text, /"\/API\/admin" and "\/api\/ADMIN" go to/);
  t.match(text, /no difference in case/);
  t.notMatch(text, /a trailing slash/);
});

test('a narrow route that guards by more than by who may is warned of, and by what', async (t) => {
  const check = checker();
  const guards: readonly (readonly [narrow: object, words: RegExp])[] = [
    [{ refuseFields: ['X-Foo'] }, /which refuses fewer fields/],
    [{ headers: { request: { remove: ['Cookie'] } } }, /which changes other header fields/],
    [{ headers: { request: { set: { 'X-Role': 'user' } } } }, /which changes other header fields/],
    [{ limits: { bodyBytes: '1KiB' } }, /which takes larger bodies/],
    [{ rewrite: { addPrefix: '/v2' } }, /which rewrites path or host otherwise/],
    [{ forwardIdentity: ['envoy'] }, /which tells who the client is otherwise/],
  ];
  for (const [narrow, words] of guards) {
    const { code, text } = await check({}, narrow, ['client']);
    t.equal(code, 0);
    t.match(text, words);
  }
  t.notMatch((await check({}, {}, ['client'])).text, /warning/, 'two routes alike');
});
