import { test } from 'tap';
import { type Outside, runVerify } from '../../../src/cli/verify.js';
import { type Verdict, type VerifyRequest, verifyChain } from '../../../src/engine/native.js';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from '../../support/certificates.js';
import { makeConfigFolder } from '../../support/config-folder.js';
import { issueRevocationList } from '../../support/revocation-lists.js';
import { captureTerminal } from '../../support/terminal.js';

const HOUR_MS = 60 * 60 * 1000;

const root = createAuthority('verify root');
const intermediate = createAuthority('verify intermediate', { issuer: root });
const leaf = issueClient(intermediate, 'verify leaf');
const chain = leaf.pem + intermediate.pem;

async function* pieces(...texts: readonly (string | Buffer)[]) {
  yield* texts;
}

function outside(changes: Partial<Outside> = {}): Outside {
  return { verifyChain, input: pieces(), now: Date.now, ...changes };
}

async function run(args: readonly string[], changes: Partial<Outside> = {}) {
  const terminal = captureTerminal();
  const code = await runVerify(args, terminal, outside(changes));
  return { code, out: terminal.out };
}

async function batch(...input: readonly (string | Buffer)[]) {
  const { code, out } = await run(['--batch'], { input: pieces(...input) });
  const answers = out.trimEnd().split('\n');
  return { code, answers: out === '' ? [] : answers.map((line) => JSON.parse(line)) };
}

const request = (changes: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({
    id: 'x',
    ca: root.pem,
    chain,
    time: Math.floor(Date.now() / 1000),
    purpose: 'client',
    ...changes,
  })}\n`;

test('an accepted chain is printed from leaf to anchor', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const ca = folder.write('ca.pem', root.pem);
  const args = ['--ca', ca, '--chain', folder.write('chain.pem', chain)];
  t.same(await run(args), {
    code: 0,
    out: [
      'accepted',
      '  leaf             CN=verify leaf',
      '                   CN=verify intermediate',
      '  anchor           CN=verify root',
      '',
    ].join('\n'),
  });
  const alone = folder.write('leaf.der', leaf.der);
  const partial = folder.write('intermediate.der', intermediate.der);
  t.match(await run(['--ca', partial, '--chain', alone]), {
    code: 0,
    out: /anchor +CN=verify intermediate\n$/,
  });
});

test('a refusal names rule, section, certificate and remedy', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const expired = issueClient(root, 'old', { notAfter: new Date(Date.now() - HOUR_MS) });
  const args = [
    ...['--ca', folder.write('ca.pem', root.pem)],
    ...['--chain', folder.write('chain.pem', expired.pem)],
  ];
  const { code, out } = await run(args);
  t.equal(code, 1);
  t.match(out, /^refused\n {2}rule +expired \(RFC 5280 section 4\.1\.2\.5\)\n/);
  t.match(out, /certificate +CN=old\n/);
  t.match(out, /detail +\S/);
  t.match(out, /remedy +\S/);
  const before = String(Math.floor((Date.now() - 2 * HOUR_MS) / 1000));
  t.equal((await run([...args, '--time', before])).code, 0, 'at a time before it expired');
  const iso = new Date(Date.now() - 2 * HOUR_MS).toISOString();
  t.equal((await run([...args, '--time', iso])).code, 0);
  t.equal((await run([...args, '--time', iso, '--purpose', 'server'])).code, 1);
});

test('what a certificate says cannot move the cursor', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const odd = issueClient(root, 'a\u001b[2Jb');
  const { out } = await run([
    ...['--ca', folder.write('ca.pem', root.pem)],
    ...['--chain', folder.write('chain.pem', odd.pem)],
  ]);
  t.notOk(out.includes('\u001b'));
});

test('with a list, every certificate but the anchor needs one', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const args = [
    ...['--ca', folder.write('ca.pem', root.pem)],
    ...['--chain', folder.write('chain.pem', chain)],
  ];
  const list = (issuer: IssuedCertificate, revoked: readonly IssuedCertificate[] = []) => [
    '--crl',
    folder.write(
      `${issuer.sha256}.crl`,
      issueRevocationList({ issuer, revoked: revoked.map(({ serial }) => ({ serial })) }).der,
    ),
  ];
  t.match(await run([...args, ...list(root)]), { code: 1, out: /crl-missing/ });
  t.equal((await run([...args, ...list(root), ...list(intermediate)])).code, 0);
  const revoked = [...list(root), ...list(intermediate, [leaf])];
  t.match(await run([...args, ...revoked]), { code: 1, out: /revoked[\s\S]*CN=verify leaf/ });
});

test('what cannot be used is exit code 2', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const ca = ['--ca', folder.write('ca.pem', root.pem)];
  const good = ['--chain', folder.write('chain.pem', chain)];
  const nothing = folder.write('nothing', 'nothing');
  const usage = { code: 'usage' };
  await t.rejects(run(ca), { ...usage, message: /--chain FILE is missing/ });
  await t.rejects(run(good), { ...usage, message: /--ca FILE is missing/ });
  await t.rejects(run([...ca, ...good, '--when', 'now']), usage);
  await t.rejects(run([...ca, ...good, 'more']), usage);
  await t.rejects(run([...ca, ...good, '--time', 'yesterday']), usage);
  await t.rejects(run([...ca, ...good, '--time', '2026-11-22T12:00:00']), usage);
  await t.rejects(run([...ca, ...good, '--purpose', 'mail']), usage);
  await t.rejects(run(['--batch', ...ca]), { ...usage, message: /no --ca/ });
  await t.rejects(run([...ca, '--chain', `${nothing}.not`]), { code: 'file-unreadable' });
  await t.rejects(run([...ca, '--chain', nothing]), { name: 'EngineError' });
  await t.rejects(run(['--ca', nothing, ...good]), { name: 'EngineError', code: 'trust-empty' });
  await t.rejects(run([...ca, ...good, '--crl', nothing]), { code: 'crl-invalid' });
});

test('a batch answers line by line, in order', async (t) => {
  const expired = issueServer(root, 'host', [{ dns: 'host.test' }]);
  const { code, answers } = await batch(
    request({ id: 1 }),
    request({ id: 'server', chain: expired.pem }),
    request({ id: 'as server', chain: expired.pem, purpose: 'server' }),
    request({ id: 'shallow', maxDepth: 0 }),
    request({ id: 'no list', crlRequired: true }),
    request({ id: 'vectors say more', expect: 'reject', features: [] }),
  );
  t.equal(code, 0);
  t.match(answers, [
    { id: 1, ok: true, reason: /CN=verify leaf <- CN=verify intermediate <- CN=verify root/ },
    { id: 'server', ok: false, reason: /^extended-key-usage \(RFC 5280 section 4\.2\.1\.12\)/ },
    { id: 'as server', ok: true },
    { id: 'shallow', ok: false, reason: /^path-depth/ },
    { id: 'no list', ok: false, reason: /^crl-missing/ },
    { id: 'vectors say more', ok: true },
  ]);
  t.same(Object.keys(answers[0] ?? {}), ['id', 'ok', 'reason']);
});

test('lists that are merely there speak for their own issuers', async (t) => {
  const crl = issueRevocationList({ issuer: intermediate }).pem;
  const revoking = issueRevocationList({
    issuer: intermediate,
    revoked: [{ serial: leaf.serial }],
  });
  const { answers } = await batch(
    request({ crl }),
    request({ crl, crlRequired: true }),
    request({ crl: revoking.pem }),
    request({ crl: 'nonsense' }),
  );
  t.match(answers, [
    { ok: true },
    { ok: false, reason: /crl-missing.*verify intermediate/ },
    { ok: false, reason: /^revoked/ },
    { ok: false, reason: /^unusable: / },
  ]);
});

test('a line that is no request is answered as such, and the rest goes on', async (t) => {
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['{', null, /not JSON/],
    ['[]', null, /not a JSON object/],
    ['null', null, /not a JSON object/],
    ['{}', null, /"id" must be/],
    [request({ ca: 5 }).trim(), 'x', /"ca" must be PEM text/],
    [request({ chain: undefined }).trim(), 'x', /"chain" must be PEM text/],
    [request({ time: '5' }).trim(), 'x', /"time" must be/],
    [request({ time: 0.5 }).trim(), 'x', /"time" must be/],
    [request({ purpose: 'mail' }).trim(), 'x', /"purpose" must be/],
    [request({ maxDepth: -1 }).trim(), 'x', /"maxDepth" must be/],
    [request({ minRsaBits: 2 ** 31 }).trim(), 'x', /"minRsaBits" must be/],
    [request({ crlRequired: 'true' }).trim(), 'x', /"crlRequired" must be/],
    [request({ crl: ['x'] }).trim(), 'x', /"crl" must be/],
  ];
  for (const [line, id, reason] of bad) {
    const { code, answers } = await batch(`${line}\n`, request({ id: 'next' }));
    t.equal(code, 2, line.slice(0, 80));
    t.match(answers, [
      { id, ok: false, error: true, reason: /^unusable request: / },
      { id: 'next', ok: true },
    ]);
    t.match(answers[0]?.reason, reason);
  }
});

test('a chain or bundle that cannot be read is refused: it is a request all the same', async (t) => {
  const { code, answers } = await batch(
    request({ ca: '' }),
    request({ chain: '' }),
    request({ chain: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
  );
  t.equal(code, 0);
  for (const answer of answers) t.match(answer, { id: 'x', ok: false, reason: /\S/ });
  t.ok(answers.every((answer) => !('error' in answer)));
});

test('lines end at line feeds alone, however they arrive', async (t) => {
  const text = request({ id: 'a\u2028b' }) + request({ id: 'é' }).trimEnd();
  const bytes = Buffer.from(text);
  const single = Array.from(bytes, (byte) => Buffer.from([byte]));
  for (const input of [[text], [bytes], single, ['\n\n', text, '\n \n']]) {
    const { code, answers } = await batch(...input);
    t.equal(code, 0);
    t.match(answers, [
      { id: 'a\u2028b', ok: true },
      { id: 'é', ok: true },
    ]);
  }
  t.same(await batch(), { code: 0, answers: [] });
});

test('the batch asks the verifier for what the line says, and for nothing else', async (t) => {
  const asked: VerifyRequest[] = [];
  const answer: Verdict = { ok: true, path: ['CN=x'], leftOut: [] };
  await run(['--batch'], {
    input: pieces(request({ time: 7, minRsaBits: 1024, maxDepth: 3, crl: 'list' })),
    verifyChain: (one) => {
      asked.push(one);
      return answer;
    },
  });
  t.same(asked, [
    {
      ca: Buffer.from(root.pem),
      chain: Buffer.from(chain),
      crls: [Buffer.from('list')],
      time: 7,
      purpose: 'client',
      crlRequired: false,
      unlistedIssuersPass: true,
      maxDepth: 3,
      minRsaBits: 1024,
    },
  ]);
});
