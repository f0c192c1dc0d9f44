import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { type IssuedCertificate, issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { ODD_NAMES } from '../support/odd-names.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import { valuesOf } from '../support/strict-http-reader.js';
import { stumbleAt } from '../support/stumbles.js';

/** printed is what `openssl x509 -nameopt RFC2253` has for the subject; undefined without openssl. */
function printed(pem: string): string | undefined {
  const args = ['x509', '-noout', '-subject', '-nameopt', 'RFC2253'];
  const { stdout, error } = spawnSync('openssl', args, { input: pem, encoding: 'utf8' });
  return error === undefined ? stdout.replace(/^subject=/, '').replace(/\n$/, '') : undefined;
}

const credentials = makeCredentials();
const { authority } = credentials;
const certificates = Object.entries(ODD_NAMES).map(([odd, subject]) => {
  const issued = issueClient(authority, subject);
  return { odd, issued, text: printed(issued.pem) };
});
const isThere = certificates.every(({ text }) => text !== undefined);

test('forty odd names as openssl prints them fit as conditions, exclude in "not", and are what the preset nginx sends', async (t) => {
  if (!isThere) return t.comment('skipped: there is no openssl here');
  t.ok(certificates.length >= 40);
  const upstream = await startRecordingUpstream();
  t.teardown(() => upstream.close());
  const usual = usualConfig(credentials, upstream.url);
  const clients = certificates.flatMap(({ text }, index) => [
    [`is-${index}`, { when: { subject: text } }],
    [`not-${index}`, { when: { 'issuer.CN': 'test CA', not: { subject: text } } }],
  ]);
  const routes = clients.map(([name]) => ({
    ...{ name, match: { path: `/${name}` }, allow: [name], proxy: 'service' },
    forwardIdentity: ['nginx', { header: 'X-Subject', field: 'subject' }],
  }));
  const config = { ...usual, clients: Object.fromEntries(clients), routes };
  const gateway = await startGateway({ credentials, config: () => config });
  t.teardown(() => gateway.stop());
  const status = async (client: IssuedCertificate, path: string): Promise<number> =>
    (await call({ port: gateway.port, authority, client, path })).status;
  for (const [index, { odd, issued, text }] of certificates.entries()) {
    t.equal(await status(issued, `/is-${index}`), 200, `${odd}: ${text}`);
    t.equal(await status(issued, `/not-${index}`), 403, `${odd}, excluded: ${text}`);
    const other = (index + 1) % certificates.length;
    t.equal(await status(issued, `/is-${other}`), 403, `${odd} is no other name`);
    // What is no text counts against the client in any "not": nobody can say how others read it.
    const isText = odd !== 'a unique identifier, which is no text';
    const far = (index + 20) % certificates.length;
    t.equal(await status(issued, `/not-${far}`), isText ? 200 : 403, `${odd}, another excluded`);
  }
  const requests = upstream.judged().flatMap(({ requests: each }) => each);
  for (const [index, { odd, text }] of certificates.entries()) {
    const request = requests.find(({ target }) => target === `/is-${index}`);
    for (const field of ['x-ssl-client-s-dn', 'x-subject']) {
      t.same(valuesOf(request?.fields ?? [], field), [text], `${odd}, in ${field}`);
    }
  }
});

test('the name of a certificate with an RDN of three attributes fits as openssl prints it', async (t) => {
  const path = stumbleAt('multirdn.crt');
  if (path === undefined || !isThere) return t.comment('skipped: ../shared/cases is not there');
  const text = printed(readFileSync(path, 'utf8')) ?? '';
  const { checkName } = await import('../../src/conditions/distinguished-name.js');
  const { inspectCertificates } = await import('../../src/engine/native.js');
  const [described] = inspectCertificates(readFileSync(path));
  t.match(checkName(text), { ok: true });
  t.match(checkName(described?.subject ?? ''), { ok: true });
});
