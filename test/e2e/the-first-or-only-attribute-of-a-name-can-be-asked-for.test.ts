import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import type { Name } from '../support/names.js';

const credentials = makeCredentials();
const { authority } = credentials;
const certificate = (subject: Name) => issueClient(authority, subject);

const one = certificate([['CN', 'billing']]);
const before = certificate([
  ['CN', 'x'],
  ['CN', 'billing'],
]);
const behind = certificate([
  ['CN', 'billing'],
  ['CN', 'x'],
]);
const within = certificate([
  [
    ['CN', 'a'],
    ['CN', 'billing'],
  ],
]);
const none = certificate([['O', 'billing']]);

const WHEN: Readonly<Record<string, Config>> = {
  any: { 'subject.CN': 'billing' },
  first: { 'subject.CN': { first: 'billing' } },
  only: { 'subject.CN': { only: ['other', { glob: 'bill*' }] } },
  'not-first': { 'issuer.CN': { first: 'test CA' }, not: { 'subject.CN': { first: 'billing' } } },
};

test('the first attribute in the order of the certificate, or the only one, decides where a condition says so', async (t) => {
  const usual = usualConfig(credentials);
  const names = Object.keys(WHEN);
  const config = {
    ...usual,
    clients: Object.fromEntries(Object.entries(WHEN).map(([name, when]) => [name, { when }])),
    routes: names.map((name) => ({
      ...{ name, match: { path: `/${name}` }, allow: [name] },
      respond: { json: { name } },
    })),
  };
  const gateway = await startGateway({ credentials, config: () => config });
  t.teardown(() => gateway.stop());
  for (const [what, client, admitted] of [
    ['one', one, ['any', 'first', 'only']],
    ['x before it', before, ['any']],
    ['x behind it', behind, ['any', 'first']],
    ['another in the same RDN, earlier in its encoding', within, ['any']],
    ['none', none, ['not-first']],
  ] as const) {
    for (const name of names) {
      const { status } = await call({ port: gateway.port, authority, client, path: `/${name}` });
      const expected = (admitted as readonly string[]).includes(name) ? 200 : 403;
      t.equal(status, expected, `${what}, under "${name}"`);
    }
  }
});
