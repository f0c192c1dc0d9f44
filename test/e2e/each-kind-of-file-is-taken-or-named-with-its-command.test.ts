import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { check } from '../../src/cli/check.js';
import { explain } from '../../src/cli/explain.js';
import { pin } from '../../src/cli/pin.js';
import { verify } from '../../src/cli/verify.js';
import { messageOf } from '../../src/gateway-error.js';
import { createAuthority, issueServer } from '../support/certificates.js';
import {
  FILE_KINDS,
  type FileKind,
  list,
  makeFile,
  own,
  PASSWORD,
  type Place,
} from '../support/file-kinds.js';
import { captureTerminal } from '../support/terminal.js';

const PLACES: readonly Place[] = ['cert', 'key', 'ca', 'crl', 'pin', 'verify', 'explain'];
const CONFIGURED = {
  cert: '/listeners/edge/certificates/0',
  key: '/listeners/edge/certificates/0',
  ca: '/trust/clients/ca/0',
  crl: '/trust/clients/crl/files/0',
};

interface Outcome {
  readonly taken: boolean;
  readonly said: string;
}

function configure(folder: string, named: Partial<Record<Place, string>>): string {
  const { cert = 'own.crt', key = 'own.key', ca = 'own.crt', crl } = named;
  const config = {
    trust: { clients: { ca: [ca], ...(crl === undefined ? {} : { crl: { files: [crl] } }) } },
    clients: { own: { pins: [`sha256:${own.sha256}`] } },
    upstreams: { service: { endpoints: ['http://127.0.0.1:9'] } },
    listeners: { edge: { bind: '127.0.0.1:0', certificates: [{ cert, key }], trust: 'clients' } },
    routes: [{ name: 'all', match: { path: '/*' }, allow: ['own'], proxy: 'service' }],
  };
  const path = join(folder, 'gateway.json');
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** askAt names a file in a place, and says what becomes of it. */
async function askAt(folder: string, place: Place, file: string): Promise<Outcome> {
  const config = configure(folder, place in CONFIGURED ? { [place]: file } : {});
  const terminal = captureTerminal();
  const commands = {
    pin: () => pin.run([file], terminal),
    verify: () => verify.run(['--ca', join(folder, 'own.crt'), '--chain', file], terminal),
    explain: () => {
      const route = ['--route', 'GET', 'https://localhost/x', '--config', config];
      return explain.run(['--cert', file, ...route], terminal);
    },
  };
  const run = place in commands ? commands[place as keyof typeof commands] : undefined;
  try {
    const code = await (run === undefined ? check.run([config], terminal) : run());
    return { taken: code === 0, said: terminal.out + terminal.err };
  } catch (error) {
    return { taken: false, said: messageOf(error) };
  }
}

// As a person runs it who knows the password.
function runCommand(said: string): void {
  const [, command = ''] =
    /(?:convert it with|its name with|alone|certificates with): (.*?)(?:; | \(and |$)/m.exec(
      said,
    ) ?? [];
  const pass = `-passin pass:${PASSWORD}`;
  const typed = command.replace(/openssl (pkcs12|pkey) /g, `openssl $1 ${pass} `);
  const { status, stderr } = spawnSync('sh', ['-c', typed], { encoding: 'utf8' });
  if (command === '' || status !== 0) throw new Error(`"${typed}" of "${said}": ${stderr}`);
}

async function judge(t: Test, folder: string, kind: FileKind, place: Place): Promise<void> {
  const file = makeFile(folder, kind);
  const { taken, said } = await askAt(folder, place, file);
  t.equal(taken, kind.taken.includes(place), `${place}: ${said}`);
  if (taken) return;
  t.match(said, kind.is, `${place}: what it is`);
  t.ok(said.includes(place in CONFIGURED ? CONFIGURED[place as 'ca'] : file), `${place}: where`);
  const ending = kind.becomes?.[place];
  if (ending === undefined) return;
  rmSync(file + ending, { force: true });
  runCommand(said);
  t.ok(existsSync(file + ending), `${place}: ${ending} is there`);
  const again = await askAt(folder, place, file + ending);
  t.ok(again.taken, `${place}: what the command makes is taken: ${again.said}`);
}

for (const [name, kind] of Object.entries(FILE_KINDS)) {
  test(`${name}: taken, or named with its place and the command that helps`, async (t) => {
    const folder = t.testdir({});
    writeFileSync(join(folder, 'own.crt'), own.pem);
    writeFileSync(join(folder, 'own.key'), own.keyPem);
    chmodSync(join(folder, 'own.key'), 0o600);
    for (const place of PLACES) await judge(t, folder, kind, place);
  });
}

test('the other words about files name what to do', async (t) => {
  const folder = t.testdir({});
  writeFileSync(join(folder, 'own.crt'), own.pem);
  writeFileSync(join(folder, 'own.key'), own.keyPem, { mode: 0o600 });
  const saidOf = async (kind: string, place: Place) =>
    (await askAt(folder, place, makeFile(folder, FILE_KINDS[kind] as FileKind))).said;
  const cases: readonly (readonly [string, Place, RegExp])[] = [
    ['a request in PEM', 'cert', /openssl x509 -req -in '.*' -copy_extensions copy -CA/],
    ['a request in DER', 'ca', /openssl x509 -req -inform DER/],
    ['a public key', 'pin', /openssl pkey -pubin -in '.*' -outform DER \| openssl dgst -sha256/],
    ['a key store of Java', 'cert', /keytool -importkeystore .*PKCS12; then .*openssl pkcs12/],
    ['a key in PKCS#8', 'cert', /swap "cert" and "key"/],
    ['a certificate in PEM', 'key', /swap "cert" and "key"/],
    ['a certificate in PEM', 'crl', /belongs in "ca"; .*openssl ca -gencrl/],
    ['a list in PEM', 'ca', /belongs in "crl"/],
    ['an HTML page', 'crl', /curl -fLo/],
    ['a certificate beside a list', 'ca', /openssl crl -in .*crl2pkcs7/],
    ['a certificate and its key', 'ca', /private key/],
  ];
  for (const [kind, place, words] of cases) t.match(await saidOf(kind, place), words, kind);
});

test('verify names what a file of --crl is', async (t) => {
  const folder = t.testdir({ 'own.crt': own.pem, 'own.crl': list.pem, 'page.crl': '<html>' });
  const file = (name: string) => join(folder, name);
  const chain = ['--ca', file('own.crt'), '--chain', file('own.crt')];
  t.equal(await verify.run([...chain, '--crl', file('own.crl')], captureTerminal()), 0);
  for (const [name, found] of [
    ['own.crt', /own\.crt": a certificate/],
    ['page.crl', /page\.crl": an HTML or XML page/],
  ] as const) {
    const refused = verify.run([...chain, '--crl', file(name)], captureTerminal());
    await t.rejects(refused, { code: 'crl-invalid', message: found });
  }
});

test('a chain in the wrong order has the command that orders it, each certificate before its issuer', async (t) => {
  const folder = t.testdir({});
  const root = createAuthority('root');
  const middle = createAuthority('middle', { issuer: root });
  const server = issueServer(middle);
  const file = join(folder, "the server's chain.pem");
  writeFileSync(join(folder, 'own.crt'), own.pem);
  writeFileSync(join(folder, 'own.key'), server.keyPem, { mode: 0o600 });
  writeFileSync(file, `# of the CA\n${root.pem}${middle.pem}${server.pem}`);
  const { taken, said } = await askAt(folder, 'cert', file);
  t.notOk(taken);
  t.match(said, /belongs to certificate 3 of .*own must come first/);
  const [, command = ''] = /put it there with: (.*)$/m.exec(said) ?? [];
  t.equal(spawnSync('sh', ['-c', command]).status, 0, command);
  const ordered = readFileSync(`${file}.ordered`, 'utf8');
  t.equal(ordered, `# of the CA\n${server.pem}${middle.pem}${root.pem}`);
  t.ok((await askAt(folder, 'cert', `${file}.ordered`)).taken);
});

test('a server certificate without a subjectAltName is warned of', async (t) => {
  const folder = t.testdir({});
  const nameless = issueServer(createAuthority('CA'), 'host', []);
  writeFileSync(join(folder, 'own.crt'), own.pem);
  writeFileSync(join(folder, 'own.key'), own.keyPem, { mode: 0o600 });
  const named = await askAt(folder, 'cert', join(folder, 'own.crt'));
  t.notMatch(named.said, /\(warning\)/);
  writeFileSync(join(folder, 'own.key'), nameless.keyPem);
  writeFileSync(join(folder, 'nameless.crt'), nameless.pem);
  const { taken, said } = await askAt(folder, 'cert', join(folder, 'nameless.crt'));
  t.ok(taken, 'it serves all the same');
  t.match(said, /certificates\/0\/cert +\(warning\)[\s\S]*a certificate with a subjectAltName/);
  t.match(said, /openssl req -new .*-addext subjectAltName=DNS:HOST/);
});
