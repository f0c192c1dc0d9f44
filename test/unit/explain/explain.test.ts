import { test } from 'tap';
import type { DryRun } from '../../../src/engine/native.js';
import { explainDryRun } from '../../../src/explain/explain-dry-run.js';
import { explainRecord, headline } from '../../../src/explain/explain-record.js';
import { explanationText } from '../../../src/explain/explanation-text.js';
import { parsePin } from '../../../src/pins/parse-pin.js';
import type { Snapshot } from '../../../src/snapshot/snapshot.js';

const sha256 = 'ab'.repeat(32);
const spkiSha256 = 'cd'.repeat(32);
const other = 'ef'.repeat(32);

function snapshotWith(
  pins: Record<string, string>,
  allow: Snapshot['routes'][0]['allow'],
): Snapshot {
  const clients = Object.entries(pins).map(([name, value]) => ({
    name,
    at: `/clients/${name}`,
    pins: [{ kind: 'sha256' as const, value, label: 'the old one' }],
  }));
  const trust = { name: 'devices', selfSigned: false, ca: [{ path: '/etc/ca.crt', sha256: [] }] };
  const strict = { name: 'staff.test', clientAuth: 'required', trust: 'staff' };
  const open = { name: 'open.test', clientAuth: 'none', trust: 'devices' };
  const names = [strict, open];
  const listener = { name: 'edge', clientAuth: 'required', trust: 'devices', names };
  const route = { name: 'customer', at: '/routes/0', allow };
  // Of a snapshot an explanation reads no more than this.
  const shape = { trust: [trust], clients, listeners: [listener], routes: [route], tcpRoutes: [] };
  return shape as unknown as Snapshot;
}

const identity: NonNullable<DryRun['presented']> = {
  ...{ sha256, sha1: '01'.repeat(20), spkiSha256, subject: 'CN=probe', issuer: 'CN=CA' },
  ...{ serial: '0A', notBefore: 0, notAfter: 86400, sanDns: [], sanUri: [], sanEmail: [] },
  ...{ sanIp: [], keyAlgorithm: 'EC P-256', signatureAlgorithm: 'ecdsa-with-SHA256', policies: [] },
};

const fine: DryRun = {
  ...{ handshake: null, chain: null, presented: identity, request: null, path: '/x' },
  ...{
    route: 'customer',
    allowedMethods: '',
    takesAnyMethod: false,
    matched: [],
    findings: [],
    client: '',
  },
  ...{ lacksPinOf: [], remedies: [], routes: [], serverName: '' },
};

const issue = (code: string, detail = '') =>
  ({ code, source: 'downstream', text: `text of ${code}`, detail, at: '' }) as const;

test('an unpinned client gets the pin to paste, which is one that a configuration takes', async (t) => {
  const snapshot = snapshotWith({ billing: other, crm: other }, { clients: ['billing', 'crm'] });
  const run = { ...fine, request: issue('not-pinned'), lacksPinOf: ['billing', 'crm'] };
  const said = explainDryRun(run, 'edge', snapshot);
  t.equal(said.admitted, false);
  t.match(said.obstacles, [
    { code: 'not-pinned', words: /matches no client of this configuration/ },
  ]);
  t.match(said.toAdmit?.words, /client "billing", or those of "crm"/);
  const pasted = JSON.parse(`{${said.toAdmit?.json}}`);
  const [pin] = pasted.clients.billing.pins;
  t.match(parsePin(pin), { ok: true, value: { kind: 'sha256', value: sha256 } });
});

test('a pin with the digits of the other kind is said to be of the wrong kind, and how to write it', async (t) => {
  const asKey = { kind: 'spki-sha256' as const, value: sha256, label: '' };
  for (const [pin, right] of [
    [{ ...asKey, kind: 'sha256' as const, value: spkiSha256 }, 'spki-sha256'],
    [asKey, 'sha256'],
  ] as const) {
    const plain = snapshotWith({ billing: other }, { clients: ['billing'] });
    const [billing] = plain.clients;
    const snapshot = { ...plain, clients: [{ ...billing, pins: [pin] }] } as unknown as Snapshot;
    const run = { ...fine, request: issue('not-pinned'), lacksPinOf: ['billing'] };
    const { toAdmit } = explainDryRun(run, 'edge', snapshot);
    t.match(toAdmit?.words, /client "billing" is read as .* these digits are .* presented/);
    const value = right === 'sha256' ? sha256 : spkiSha256;
    t.match(parsePin(JSON.parse(toAdmit?.json ?? '""')), { value: { kind: right, value } });
    t.equal(explainDryRun(fine, 'edge', snapshot).toAdmit, undefined, 'nothing when admitted');
  }
});

test('a client that is known, but not to this route, gets the name to paste', async (t) => {
  const snapshot = snapshotWith({ billing: other, probe: sha256 }, { clients: ['billing'] });
  const run = { ...fine, request: issue('not-pinned'), matched: ['probe'] };
  const said = explainDryRun(run, 'edge', snapshot);
  t.match(said.obstacles, [
    { words: 'the certificate belongs to client "probe", which the route does not allow' },
  ]);
  t.equal(said.toAdmit?.json, '"allow": ["billing", "probe"]');
});

test('where a pin of the certificate does not count, what to do about that is said, and nothing is to be pasted', async (t) => {
  const snapshot = snapshotWith(
    { billing: other, right: sha256 },
    { clients: ['billing', 'right'] },
  );
  const remedies = ['the pin of client "right" fits, but expired: extend its "expires"'];
  const run = { ...fine, request: issue('not-pinned'), remedies };
  const said = explainDryRun(run, 'edge', snapshot);
  t.same(said.toAdmit, { words: remedies[0] });
  const text = explanationText('asked', said);
  t.match(text, /if this client should get in\n {2}the pin of client "right" .* "expires"\n$/);
  const logged = { ...record, lacksPinOf: undefined, remedies };
  t.same(explainRecord(logged, snapshot).toAdmit, { words: remedies[0] });
});

test('a chain that is refused is explained by its rule and its remedy, beside the missing pin', async (t) => {
  const chain = {
    ...{ code: 'unknown-ca', rule: 'unknown-issuer', section: 'RFC 5280', certificate: 'CN=probe' },
    ...{ detail: 'issued by CN=else', remedy: 'add the CA', reason: 'all of it' },
  };
  const refused = { handshake: issue('unknown-ca'), chain, request: issue('not-pinned') };
  const run = { ...fine, ...refused, lacksPinOf: ['a'] };
  const said = explainDryRun(run, 'edge', snapshotWith({ a: other }, { clients: ['a'] }));
  t.match(said.obstacles, [
    {
      code: 'unknown-ca',
      words: /unknown-issuer.*RFC 5280.*CN=probe.*issued by/,
      remedy: 'add the CA',
    },
    { code: 'not-pinned' },
  ]);
  t.ok(said.toAdmit);
});

test('what a server name asks for is told in place of what its listener does', async (t) => {
  const snapshot = snapshotWith({}, 'any-trusted');
  const said = (serverName: string) =>
    explainDryRun({ ...fine, serverName }, 'edge', snapshot).expected[0];
  t.match(said(''), /^listener "edge": a client certificate is required, trusted by "devices"/);
  t.match(said('staff.test'), /server name "staff.test": .* trusted by "staff"/);
  t.match(said('open.test'), /server name "open.test": no client certificate is asked for/);
  const known = explainRecord({ ...record, serverName: 'staff.test' }, snapshot);
  t.match(known.expected[0], /trusted by "staff"/);
});

test('a certificate that a route for anyone does not ask for is said to be required by who does', async (t) => {
  const refused = { ...fine, presented: null, request: issue('certificate-required') };
  const said = (allow: Snapshot['routes'][0]['allow'], serverName = '') => {
    const snapshot = snapshotWith({}, allow);
    const line = { ...record, code: 'certificate-required', serverName };
    const [tried] = explainDryRun({ ...refused, serverName }, 'edge', snapshot).obstacles;
    const [logged] = explainRecord(line, snapshot).obstacles;
    return [tried?.words, logged?.words];
  };
  const byListener = /listener "edge" requires one .* although route "customer" admits anyone/;
  t.match(said('anyone'), [byListener, byListener]);
  const byName = /server name "staff.test" requires one/;
  t.match(said('anyone', 'staff.test'), [byName, byName]);
  t.match(said('any-trusted'), [/this route requires one/, /this route requires one/]);
});

test('what the log offered is offered as long as the configuration has not changed about it', async (t) => {
  const known = { ...record, matched: ['probe'] };
  const offered = (snapshot: Snapshot) => explainRecord(known, snapshot).toAdmit?.json;
  const pins = { billing: other, probe: sha256 };
  t.equal(offered(snapshotWith(pins, { clients: ['billing'] })), '"allow": ["billing", "probe"]');
  t.match(offered(snapshotWith(pins, { clients: ['billing', 'probe'] })), /"pins"/);
  t.match(offered(snapshotWith({ billing: other }, { clients: ['billing'] })), /"pins"/);
  t.equal(offered(snapshotWith({ probe: sha256 }, { clients: ['probe'] })), undefined);
});

test('where a pin would not help, none is offered', async (t) => {
  const trusted = snapshotWith({}, 'any-trusted');
  const missing = explainDryRun(
    { ...fine, presented: null, handshake: issue('client-certificate-missing') },
    'edge',
    trusted,
  );
  t.equal(missing.toAdmit, undefined);
  t.same(missing.presented, [['certificate', 'none']]);
  t.match(missing.expected, [
    /required, trusted by "devices" \(\/etc\/ca.crt\)/,
    /any client whose/,
  ]);
  for (const code of ['no-route', 'method-not-allowed', 'certificate-required', 'bad-path']) {
    const run = { ...fine, route: '', request: issue(code, 'why'), allowedMethods: 'GET' };
    const said = explainDryRun(run, 'edge', trusted);
    t.match(said.obstacles, [{ code, words: /./ }]);
    t.equal(said.toAdmit, undefined);
  }
});

test('a route without methods is not said to take a few only', (t) => {
  const trusted = snapshotWith({}, 'any-trusted');
  const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
  const refused = { ...fine, route: '', request: issue('method-not-allowed', 'why') };
  const any = explainDryRun({ ...refused, allowedMethods, takesAnyMethod: true }, 'edge', trusted);
  t.match(any.obstacles, [
    { words: /allows every method except CONNECT; it allows TRACE and TRACK where/ },
  ]);
  t.notMatch(JSON.stringify(any.obstacles), /only/);
  const listed = explainDryRun({ ...refused, allowedMethods }, 'edge', trusted);
  t.match(listed.obstacles, [{ words: /allows GET, HEAD, POST, .* only/ }]);
  t.end();
});

const record = {
  ...{ time: 0, type: 'security', event: 'request-refused', requestId: 'r', listener: 'edge' },
  ...{ remote: '192.0.2.1:1', code: 'not-pinned', source: 'downstream', route: 'customer' },
  ...{ method: 'GET', path: '/x\u001b[2J', fingerprint: `sha256:${sha256}`, subject: 'CN=probe' },
  ...{ issuer: 'CN=CA', serial: '0A', spki: `sha256:${spkiSha256}`, notBefore: 0, notAfter: 86400 },
  lacksPinOf: ['billing'],
};

test('a line of the log is explained by the configuration that serves now', async (t) => {
  const said = explainRecord(record, snapshotWith({ billing: other }, { clients: ['billing'] }));
  t.match(said.obstacles, [{ code: 'not-pinned', words: /none of the clients/ }]);
  t.match(said.expected.join('\n'), /pin sha256:EF:EF:.*\(the old one\)/);
  t.match(Object.fromEntries(said.presented), {
    ...{ subject: 'CN=probe', issuer: 'CN=CA', 'valid until': '1970-01-02T00:00:00Z' },
    'spki sha256': /^sha256\//,
  });
  t.match(JSON.parse(`{${said.toAdmit?.json}}`), {
    clients: { billing: { pins: [/^sha256:AB:/] } },
  });
});

test('a line without a certificate, a route or a detail is explained as far as it goes', async (t) => {
  const { time, type } = record;
  const said = explainRecord({ time, type, code: 'handshake-timeout' }, snapshotWith({}, 'anyone'));
  t.match(said, { admitted: false, expected: [], presented: [['certificate', 'none']] });
  t.match(said.obstacles, [{ code: 'handshake-timeout' }]);
});

test('what a client wrote reaches a terminal in a form that it shows', async (t) => {
  const snapshot = snapshotWith({ billing: other }, { clients: ['billing'] });
  const text = explanationText(headline(record), explainRecord(record, snapshot));
  t.notMatch(text, '\u001b');
  t.match(text, /^refused: GET \/x\\u001b\[2J on listener "edge", from 192\.0\.2\.1:1, 1970/);
  for (const part of ['what was expected', 'what was presented', 'why it is refused']) {
    t.match(text, `\n${part}\n`);
  }
  t.match(text, /if this client should get in\n {2}add this pin/);
});

test('an alert of a client that does not trust the gateway is explained with what to do', async (t) => {
  const snapshot = snapshotWith({}, 'anyone');
  const [listener] = snapshot.listeners;
  const certificates = [{ chain: { path: '/etc/server.crt' } }];
  const serving = {
    ...snapshot,
    listeners: [{ ...listener, certificates }],
  } as unknown as Snapshot;
  const { time, type } = record;
  const refused = { time, type, listener: 'edge', code: 'handshake-alert', serverName: 'api.test' };
  const remedyFor = (alertReceived: number) =>
    explainRecord({ ...refused, alertReceived }, serving).obstacles[0]?.remedy;
  for (const alert of [42, 46, 48]) {
    t.equal(
      remedyFor(alert),
      'the client does not trust this listener\'s certificate: give it the CA of "/etc/server.crt"; or the name "api.test" is not in its subjectAltName',
    );
  }
  t.match(remedyFor(45), /takes this listener's certificate for expired/);
  t.equal(remedyFor(40), undefined);
  t.equal(
    explainRecord({ ...refused, listener: 'gone', alertReceived: 48 }, serving).obstacles[0]
      ?.remedy,
    undefined,
  );
});
