import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'tap';

import { localNames } from '../../../src/demo/credentials.js';
import { prepareCredentials } from '../../../src/demo/demo-folder.js';
import { inspectCertificates } from '../../../src/engine/native.js';
import { createAuthority, issueClient } from '../../support/certificates.js';
import { makeFolder } from '../../support/gateway.js';

const print = (path: string): string | undefined =>
  inspectCertificates(readFileSync(path))[0]?.sha256;

test('demo material is made once, with keys for its owner alone', async (t) => {
  const folder = makeFolder();
  const first = prepareCredentials(folder);
  for (const part of [
    first.authority,
    first.server,
    first.pinned,
    first.unpinned,
    first.stranger,
  ]) {
    t.equal(statSync(part.key).mode & 0o777, 0o600);
  }
  const before = print(first.pinned.certificate);
  t.equal(print(prepareCredentials(folder).pinned.certificate), before, 'used again');
});

test('demo material is made anew when a part is missing, broken or about to expire', async (t) => {
  const folder = makeFolder();
  const { authority, pinned, server } = prepareCredentials(folder);
  const spoil: readonly (() => void)[] = [
    () => rmSync(server.key),
    () => writeFileSync(pinned.certificate, 'broken'),
    () => {
      const soon = new Date(Date.now() + 60 * 60 * 1000);
      const old = issueClient(createAuthority('x'), 'x', { notAfter: soon });
      writeFileSync(pinned.certificate, old.pem);
    },
  ];
  for (const one of spoil) {
    const before = print(authority.certificate);
    one();
    prepareCredentials(folder);
    t.not(print(authority.certificate), before);
    t.match(inspectCertificates(readFileSync(pinned.certificate)), [{ subject: /pinned-client/ }]);
  }
});

test('a server certificate names this machine when its name can stand in one', async (t) => {
  t.same(localNames('board-7').dnsNames, ['localhost', 'board-7']);
  t.same(localNames('board.example').dnsNames, ['localhost', 'board.example']);
  for (const odd of ['localhost', '', 'under_score', '-x', 'a..b', 'x'.repeat(64)]) {
    t.same(localNames(odd).dnsNames, ['localhost'], odd);
  }
  t.same(localNames('x').ipAddresses, ['127.0.0.1', '::1']);
});
