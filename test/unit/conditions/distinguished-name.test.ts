import { spawnSync } from 'node:child_process';
import { test } from 'tap';
import { checkName } from '../../../src/conditions/distinguished-name.js';
import { inspectCertificates } from '../../../src/engine/native.js';
import { issueCertificate } from '../../support/certificates.js';
import type { Name } from '../../support/names.js';

const NAMES: readonly Name[] = [
  'billing',
  [
    ['C', 'DE'],
    ['O', 'Acme, Inc.'],
    ['CN', 'billing'],
  ],
  [
    [
      ['OU', 'a'],
      ['CN', 'b'],
    ],
  ],
  [['CN', ' #"x"+<y>;=\\ ']],
  [['CN', '#1']],
  [['CN', 'Käse € 𝄞']],
  [['CN', 'a  b']],
  [['CN', '']],
  [['emailAddress', 'ops@example.com']],
];

test('the text that the data plane writes is the one that is taken', async (t) => {
  for (const subject of NAMES) {
    const [described] = inspectCertificates(issueCertificate({ subject }).der);
    const text = described?.subject ?? '';
    t.same(checkName(text), { ok: true, value: text }, text);
  }
});

test('what openssl escapes is taken, and so is what the log has', async (t) => {
  for (const [text, own] of [
    ['CN=K\\C3\\A4se', 'CN=Käse'],
    ['CN=Käse', 'CN=Käse'],
    ['street=a,GN=Hans', 'STREET=a,2.5.4.42=Hans'],
    ['2.5.4.42=#0c0448616e73', '2.5.4.42=#0c0448616e73'],
    ['1.2.3=#0C0161', '1.2.3=#0c0161'],
    ['CN=a\\00\\0A', 'CN=a\\00\\0A'],
    ['CN=#', 'CN=\\#'],
    ['b=c', undefined],
    ['uid=a', undefined],
  ] as const) {
    const checked = checkName(text);
    t.same(checked.ok ? checked.value : undefined, own, text);
  }
  t.match(checkName('uid=a'), { problem: { fix: /"UID=".*1\.44=/ } });
});

test('other spellings are refused with the right one', async (t) => {
  for (const [text, own] of [
    ['C = DE, O = Acme, CN = billing', 'CN=billing,O=Acme,C=DE'],
    ['C=DE, O=Acme, CN=billing', 'CN=billing,O=Acme,C=DE'],
    ['/C=DE/O=Acme, Inc./CN=billing', 'CN=billing,O=Acme\\, Inc.,C=DE'],
    ['cn=billing,o=Acme', 'CN=billing,O=Acme'],
    ['CN=a\\2Cb', 'CN=a\\,b'],
    ['CN=a,2.5.4.10=b', 'CN=a,O=b'],
  ] as const) {
    const checked = checkName(text);
    t.equal(checked.ok, false, text);
    if (!checked.ok)
      t.equal(checked.problem.fix, `write ${JSON.stringify(own)}, if that is its order`);
  }
});

test('what is no name, or one that cannot be compared whole, is refused', async (t) => {
  for (const text of [
    '',
    'billing',
    'CN',
    '=a',
    'CN=a,',
    'CN="a"',
    'CN=#0C016',
    'CN=#a',
    'CN=a\\C3',
  ]) {
    const checked = checkName(text);
    t.equal(checked.ok, false, text);
    if (!checked.ok) t.match(checked.problem.fix, /one by one/, text);
  }
});

test('the text is that of openssl -nameopt RFC2253', async (t) => {
  const subject: Name = [
    ['C', 'DE'],
    ['O', 'Acme, Inc.'],
    ['CN', 'billing'],
  ];
  const printed = spawnSync('openssl', ['x509', '-noout', '-subject', '-nameopt', 'RFC2253'], {
    input: issueCertificate({ subject }).pem,
    encoding: 'utf8',
  });
  const text = printed.stdout.trim().replace(/^subject=/, '');
  t.same(checkName(text), { ok: true, value: text });
});
