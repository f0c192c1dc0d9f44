import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'tap';
import { pin } from '../../../src/cli/pin.js';
import { parsePin } from '../../../src/pins/parse-pin.js';
import { createAuthority, issueClient } from '../../support/certificates.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';
import { generateKey } from '../../support/keys.js';
import { captureTerminal } from '../../support/terminal.js';

async function run(file: string) {
  const terminal = captureTerminal();
  const code = await pin.run([file], terminal);
  return { code, out: terminal.out, err: terminal.err };
}

const row = (out: string, name: string): string =>
  new RegExp(`^${name} +(.*)$`, 'm').exec(out)?.[1] ?? '';

test('prints every form of a certificate, and each is taken as a pin', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const { client } = folder;
  for (const bytes of [client.pem, client.der]) {
    const { code, out } = await run(folder.write('client.crt', bytes));
    t.equal(code, 0);
    t.equal(row(out, 'subject'), 'CN=billing');
    t.equal(row(out, 'issuer'), 'CN=client CA');
    const forms: readonly [name: string, kind: string, value: string][] = [
      ['sha256', 'sha256', client.sha256],
      ['sha1', 'sha1', client.sha1],
      ['spki sha256', 'spki-sha256', client.spkiSha256],
      ['spki in hex', 'spki-sha256', client.spkiSha256],
      ['x5t#S256', 'sha256', client.sha256],
    ];
    for (const [name, kind, value] of forms) {
      t.same(parsePin(row(out, name)), { ok: true, value: { kind, value } }, name);
    }
  }
});

test('the JSON to paste is JSON, and holds the pin', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const { out } = await run(folder.write('client.crt', folder.client.pem));
  const pasted = /paste into gateway.json:\n\n([\s\S]*)$/.exec(out)?.[1];
  const { clients } = JSON.parse(`{${pasted}}`);
  t.same(parsePin(clients.billing.pins[0]), {
    ok: true,
    value: { kind: 'sha256', value: folder.client.sha256 },
  });
  t.ok(minimalConfig({ clients }));
});

test('of several certificates the leaf comes first, and a CA is marked', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const { client, clientAuthority } = folder;
  const { out } = await run(folder.write('both.pem', clientAuthority.pem + client.pem));
  t.ok(out.indexOf('CN=billing') < out.lastIndexOf('certificate of a CA'));
  t.equal(out.match(/^sha256 /gm)?.length, 2);
});

test('agrees with what openssl prints', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('client.crt', folder.client.pem);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8' });
  let printed: string;
  try {
    printed = openssl('x509', '-in', file, '-noout', '-fingerprint', '-sha256');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.comment('skipped: there is no openssl here');
    return;
  }
  const { sha256, sha1 } = folder.client;
  t.same(parsePin(printed), { ok: true, value: { kind: 'sha256', value: sha256 } });
  const short = openssl('x509', '-in', file, '-noout', '-fingerprint', '-sha1');
  t.same(parsePin(short), { ok: true, value: { kind: 'sha1', value: sha1 } });
});

test('a file without a certificate is invalid, and says what is in it', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const key = join(folder.path, 'certs/server.key');
  t.match(await run(key), { code: 1, out: '', err: /private key/ });
  t.match(await run(folder.write('x', 'x')), { code: 1, out: '', err: /no certificate/ });
});

test('a name that a certificate carries cannot move the cursor of a terminal', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const evil = issueClient(createAuthority('CA'), '\u001b[2J\u202e"evil');
  t.ok(new X509Certificate(evil.der).subject);
  const { out } = await run(folder.write('evil.crt', evil.pem));
  t.notMatch(out.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('a key that not every gateway admits is named', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const printed = async (type: Parameters<typeof generateKey>[0]): Promise<string> => {
    const { pem } = issueClient(folder.clientAuthority, 'probe', { key: generateKey(type) });
    return (await run(folder.write('client.crt', pem))).out;
  };
  t.match(await printed('ed25519'), /^Its key is Ed25519, .*crypto provider "host" alone/m);
  t.match(await printed('ed448'), /^Its key is of the kind ed448, which is not supported/m);
  t.match(
    await printed('secp256k1'),
    /^Its key is on the curve secp256k1, which is not supported/m,
  );
  for (const type of ['p256', 'rsa2048', 'pss2048'] as const) {
    t.notMatch(await printed(type), /Its key is/, type);
  }
});
