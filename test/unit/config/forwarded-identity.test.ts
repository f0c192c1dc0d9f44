import { test } from 'tap';
import { FIELD_NAMES } from '../../../src/conditions/fields.js';
import {
  checkForwardIdentity,
  checkIdentityField,
  checkIdentityHeader,
  PRESET_HEADERS,
} from '../../../src/config/forwarded-identity.js';
import { checkSnapshot } from '../../../src/engine/native.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

test('a header of one’s own has a name that nobody else writes, in any spelling', async (t) => {
  for (const name of ['X-Client-CN', 'client', 'X-Forwarded-User', 'SSL_CLIENT_S_DN']) {
    t.same(checkIdentityHeader(name), { ok: true, value: name });
  }
  const refused = ['', 'a b', 'a:', 'a\r\nb', 'ü', 'Host', 'Content-Length', 'content_length'];
  const more = ['TRANSFER-ENCODING', 'Connection', 'te', 'Expect', 'X-Request-Id', 'x.request.id'];
  for (const name of [...refused, ...more, 'x_forwarded_for', 'X-Forwarded-Port']) {
    t.notOk(checkIdentityHeader(name).ok, name);
  }
});

test('an identity field is one that certificates have', async (t) => {
  for (const name of FIELD_NAMES) t.ok(checkIdentityField(name).ok, name);
  for (const name of ['', 'subject.', 'subject.cn', 'san', 'serial.CN', 'Subject']) {
    t.notOk(checkIdentityField(name).ok, name);
  }
  t.match(checkIdentityField('fingerprint.sha265'), {
    problem: { fix: 'did you mean "fingerprint.sha256"?' },
  });
});

test('no header field is written twice, letter case, dashes and underscores aside', async (t) => {
  const own = (header: string) => ({ header, field: 'serial' });
  t.ok(checkForwardIdentity(Object.keys(PRESET_HEADERS).filter((name) => name !== 'nginx')).ok);
  t.ok(checkForwardIdentity([own('X-A'), own('X-A-B'), 'envoy', { odd: 1 }, 7, null]).ok);
  const twice = [
    ['haproxy', 'nginx'],
    ['envoy', { envoy: ['by'] }],
    ['aws', 'aws'],
    [own('X-A'), own('x_a')],
    ['rfc9440', own('CLIENT_CERT')],
  ];
  for (const list of twice) t.notOk(checkForwardIdentity(list).ok, JSON.stringify(list));
});

test('what is taken here is taken by the data plane', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const lists = [
    ...Object.keys(PRESET_HEADERS).map((preset) => [preset]),
    ...FIELD_NAMES.map((field) => [{ header: 'X-Own', field }]),
    ...['by', 'hash', 'cert', 'chain', 'subject', 'uri', 'dns'].map((name) => [{ envoy: [name] }]),
    [],
  ];
  const base = { match: { path: '/' }, allow: ['billing'], proxy: 'crm' };
  const routes = lists.map((forwardIdentity, index) => ({
    ...base,
    name: `r${index}`,
    match: { path: `/${index}` },
    forwardIdentity,
  }));
  const compiled = await compileFile(folder.write('gateway.json', minimalConfig({ routes })));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  t.same(checkSnapshot(compiled.document), []);
});
