import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { startGateway, usualConfig } from '../support/gateway.js';
import type { Name } from '../support/names.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import { valuesOf } from '../support/strict-http-reader.js';
import {
  BILLING,
  TRANSLATED_CREDENTIALS as CREDENTIALS,
  TRANSLATED_CERTIFICATES,
} from '../support/translated-certificates.js';
import { translationsOf } from '../support/translations.js';

const { authority } = CREDENTIALS;
const whole: Name = [
  ['C', 'DE'],
  ['ST', 'Hamburg'],
  ['L', 'Hamburg'],
  ['O', 'Acme'],
  ['OU', 'client.api'],
  ['emailAddress', 'ops@example.com'],
  ['CN', 'billing'],
];
const CERTIFICATES = {
  ...TRANSLATED_CERTIFICATES,
  'every attribute': issueClient(authority, whole),
  'every attribute twice': issueClient(authority, [...(whole as []), ...(whole as [])]),
};

// The table names the digest of nobody's certificate.
const EXAMPLE = 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3';
const withDigest = (text: string): string => text.replaceAll(EXAMPLE, BILLING.sha1.toUpperCase());
const rows = translationsOf('From Zato').map(({ from, when }) => {
  const [key = '', ...value] = withDigest(from).split('=');
  // WSGI, through which Zato reads them, has "_" for both.
  const header = `X-Zato-TLS-${key}`.replaceAll('_', '-').toLowerCase();
  return {
    from,
    header,
    value: value.join('='),
    when: JSON.parse(withDigest(JSON.stringify(when))),
  };
});

test('a line of a Zato definition fits what the preset sends for just the clients that its translation admits', async (t) => {
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const routes = rows.map((_, at) => ({
    ...{ name: `row-${at}`, match: { path: `/${at}` }, allow: [`row-${at}`] },
    respond: { json: {} },
  }));
  const all = { ...{ name: 'all', match: { path: '/all/*' } }, allow: 'any-trusted' };
  const config = {
    ...usualConfig(CREDENTIALS, upstream.url),
    clients: Object.fromEntries(rows.map(({ when }, at) => [`row-${at}`, { when }])),
    routes: [...routes, { ...all, proxy: 'service', forwardIdentity: ['zato'] }],
  };
  const gateway = await startGateway({ credentials: CREDENTIALS, config: () => config });
  t.teardown(() => gateway.stop());
  const fitted = rows.map(() => new Set<boolean>());
  for (const [number, [who, client]] of Object.entries(CERTIFICATES).entries()) {
    const ask = (path: string) => call({ port: gateway.port, authority, client, path });
    t.equal((await ask(`/all/${number}`)).status, 200, who);
    const requests = upstream.judged().flatMap(({ requests: each }) => each);
    const told = requests.find(({ target }) => target === `/all/${number}`)?.fields ?? [];
    for (const [at, { from, header, value }] of rows.entries()) {
      const fits = valuesOf(told, header)[0] === value;
      fitted[at]?.add(fits);
      t.equal((await ask(`/${at}`)).status, fits ? 200 : 403, `${from}: ${who}`);
    }
  }
  for (const [at, { from }] of rows.entries()) t.equal(fitted[at]?.size, 2, `${from} tells apart`);
});
