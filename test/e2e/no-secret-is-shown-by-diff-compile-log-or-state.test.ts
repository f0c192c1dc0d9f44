/**
 * Holds everything that the control plane writes (differences, the snapshot, checks, explanations, the log, the status, the state
 * folder) to one rule: nothing of what a secret file holds is in it, whatever mistake an operator makes with one.
 */
import { createPrivateKey } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { t as root, type Test, test } from 'tap';
import { type IssuedCertificate, issueClient, issueServer } from '../support/certificates.js';
import {
  type Config,
  makeCredentials,
  runPinlatch,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { askAdmin, reloadByCommand, SOCKET, visit } from '../support/reloads.js';
import { makeStateFolder, restart, STATE } from '../support/restarts.js';
import { issueRevocationList } from '../support/revocation-lists.js';

const credentials = makeCredentials();
const { authority } = credentials;
const next = issueServer(authority);
const own = issueClient(authority, 'the gateway');
const NOT_A_KEY = 'what-is-in-a-secret-file-that-is-no-key';

// The private number in every form in which it could be shown, and the lines that have it.
function tracesOf({ keyPem }: IssuedCertificate): readonly Buffer[] {
  const { d = '' } = createPrivateKey(keyPem).export({ format: 'jwk' });
  const number = Buffer.from(d, 'base64url');
  const lines = keyPem.split('\n').slice(1, 3);
  const texts = [d, number.toString('base64'), number.toString('hex'), ...lines];
  return [number, ...texts.map((text) => Buffer.from(text))];
}

const TRACES = [
  ...[credentials.server, next, own].flatMap(tracesOf),
  Buffer.from(NOT_A_KEY),
  Buffer.from(Buffer.from(NOT_A_KEY).toString('hex')),
];

const showsNothing = (t: Test, shown: Buffer | string, where: string): void => {
  const bytes = Buffer.from(shown);
  t.notOk(
    TRACES.some((trace) => bytes.includes(trace)),
    where,
  );
};

/** filesBelow lists every file of a folder, however deep. */
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** configOf has a key of the gateway for each of its two sides; `crl` are files beside the usual list. */
function configOf(crl: readonly string[] = [], cert = 'server.crt', key = 'server.key'): Config {
  const { listeners, ...usual } = usualConfig(credentials) as { listeners: { edge: object } };
  const certificate = { cert: 'own.crt', key: 'own.key' };
  const tls = { trust: 'clients', certificate };
  return {
    ...usual,
    ...{ watch: false, drainTimeout: '50ms', admin: { socket: SOCKET } },
    trust: { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl', ...crl] } } },
    upstreams: { service: { endpoints: ['https://localhost:9'], tls } },
    listeners: { edge: { ...listeners.edge, certificates: [{ cert, key }] } },
  };
}

const write = (folder: string, name: string, text: string): void =>
  writeFileSync(join(folder, name), text, { mode: 0o600 });

function writeFiles(folder: string): Config {
  makeStateFolder(folder);
  write(folder, 'ca.crl', issueRevocationList({ issuer: authority }).pem);
  write(folder, 'own.crt', own.pem);
  write(folder, 'own.key', own.keyPem);
  return configOf();
}

/** MISTAKES are made with a secret file in the folder of a gateway that serves; each says what the file then configures. */
const MISTAKES: Readonly<Record<string, (folder: string) => Config>> = {
  'the key of another certificate': (folder) => {
    write(folder, 'server.key', next.keyPem);
    return configOf();
  },
  'a key that is none': (folder) => {
    write(folder, 'server.key', `${NOT_A_KEY}\n`);
    return configOf();
  },
  'a key with something before it': (folder) => {
    write(folder, 'server.key', `${NOT_A_KEY}\n${credentials.server.keyPem.slice(0, 120)}`);
    return configOf();
  },
  'a key that everybody may read': (folder) => {
    chmodSync(join(folder, 'server.key'), 0o644);
    return configOf();
  },
  'a key for a certificate': () => configOf([], 'server.key'),
  'a certificate with its key in one file that everybody may read': (folder) => {
    write(folder, 'both.pem', credentials.server.pem + credentials.server.keyPem);
    chmodSync(join(folder, 'both.pem'), 0o644);
    return configOf([], 'both.pem', 'both.pem');
  },
  'a certificate with another key in one file that everybody may read': (folder) => {
    write(folder, 'both.pem', credentials.server.pem + own.keyPem);
    chmodSync(join(folder, 'both.pem'), 0o644);
    return configOf([], 'both.pem');
  },
  'an authority with its key in one file': (folder) => {
    write(folder, 'ca.crt', authority.pem + authority.keyPem);
    return configOf();
  },
  'a key for a list': () => configOf(['server.key']),
  'a key by another name for a list': (folder) => {
    linkSync(join(folder, 'own.key'), join(folder, 'linked.crl'));
    return configOf(['linked.crl']);
  },
  'a key in a folder of lists': (folder) => {
    mkdirSync(join(folder, 'lists'));
    linkSync(join(folder, 'server.key'), join(folder, 'lists/server.key'));
    return configOf(['lists']);
  },
  'a key behind a list, in one file': (folder) => {
    const list = readFileSync(join(folder, 'ca.crl'), 'utf8');
    write(folder, 'both.crl', list + credentials.server.keyPem);
    return configOf(['both.crl']);
  },
};

async function output(folder: string, ...args: readonly string[]): Promise<string> {
  const program = runPinlatch(args, { cwd: folder });
  await program.exited;
  return [...program.output.text, ...program.errors.text].join('\n');
}

/** everythingShown is what commands print and files hold; `before` is a configuration that served. */
async function everythingShown({ folder, log, errors }: TestGateway, before: string) {
  const asked = ['--anonymous', '--route', 'GET', 'https://localhost/hello'];
  const commands = [
    ['compile'],
    ['check'],
    ['diff', before, 'gateway.json'],
    ['diff', 'gateway.json', before],
    ['status'],
    ['explain', ...asked],
  ];
  const shown = new Map<string, Buffer | string>();
  const outputs = await Promise.all(commands.map((command) => output(folder, ...command)));
  for (const [i, text] of outputs.entries()) shown.set(commands[i]?.join(' ') ?? '', text);
  const { body } = await askAdmin(folder, 'GET', '/v1/views/status');
  shown.set('the status', JSON.stringify(body));
  shown.set('the log', log.text.join('\n'));
  shown.set('standard error', errors.text.join('\n'));
  for (const file of filesBelow(join(folder, STATE))) shown.set(file, readFileSync(file));
  return shown;
}

async function start(t: Test): Promise<TestGateway> {
  const gateway = await startGateway({
    credentials,
    args: ['--state', STATE],
    config: (_, folder) => writeFiles(folder),
  });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  await gateway.log.event('last-good-kept');
  await gateway.log.event('admin-listening');
  write(gateway.folder, 'before.json', readFileSync(gateway.configPath, 'utf8'));
  return gateway;
}

// Dozens of programs run, on a machine that may be busy.
root.setTimeout(600_000);

for (const [what, make] of Object.entries(MISTAKES)) {
  test(`${what}: it is refused, and nothing of it is shown`, { timeout: 120_000 }, async (t) => {
    const gateway = await start(t);
    const { folder } = gateway;
    gateway.writeConfig(make(folder));
    await reloadByCommand(gateway);
    const failed = await gateway.log.event('reload-failed');
    t.match(failed, { reason: /./ });
    const shown = await everythingShown(gateway, 'before.json');
    for (const [where, text] of shown) showsNothing(t, text, where);
    t.same(await visit(gateway), [200, 200]);
  });
}

test('a certificate with its key in one file serves, also as the last good one, and nothing of the key is shown', {
  timeout: 120_000,
}, async (t) => {
  const gateway = await start(t);
  const { folder } = gateway;
  write(folder, 'both.pem', next.pem + next.keyPem);
  gateway.writeConfig(configOf([], 'both.pem', 'both.pem'));
  await reloadByCommand(gateway);
  await gateway.log.event('reloaded');
  const shown = await everythingShown(gateway, 'before.json');
  for (const [where, text] of shown) showsNothing(t, text, where);
  gateway.signal('SIGTERM');
  await gateway.exited;

  write(folder, 'gateway.json', '{');
  const again = await restart(folder, credentials);
  t.teardown(() => void again.child.kill('SIGKILL'));
  t.match(again.serving, { config: 'last-good' });
  for (const file of filesBelow(join(folder, STATE))) showsNothing(t, readFileSync(file), file);
  again.signal('SIGTERM');
  await again.exited;
});

test('keys that serve are told of by their paths: in a difference, a snapshot, a start and what is kept', {
  timeout: 120_000,
}, async (t) => {
  const gateway = await start(t);
  const { folder } = gateway;
  write(folder, 'next.crt', next.pem);
  write(folder, 'next.key', next.keyPem);
  gateway.writeConfig(configOf([], 'next.crt', 'next.key'));
  await reloadByCommand(gateway);
  const { changes } = await gateway.log.event('reloaded');
  t.match(changes, /certificate added: .*next\.crt .* with .*next\.key/);
  const shown = await everythingShown(gateway, 'before.json');
  for (const [where, text] of shown) showsNothing(t, text, where);
  t.match(shown.get('compile'), /"secret": ".*\/next\.key"/);
  t.match(shown.get('diff before.json gateway.json'), /next\.key/);
  gateway.signal('SIGTERM');
  await gateway.exited;

  // The last good configuration has the key from where it is, and not without it.
  write(folder, 'gateway.json', '{');
  const again = await restart(folder, credentials);
  t.teardown(() => void again.child.kill('SIGKILL'));
  t.match(again.serving, { config: 'last-good' });
  showsNothing(t, again.output.text.join('\n'), 'the log of a start');
  for (const file of filesBelow(join(folder, STATE))) showsNothing(t, readFileSync(file), file);
  again.signal('SIGTERM');
  await again.exited;
  rmSync(join(folder, 'next.key'));
  const refused = runPinlatch(['run', '--log-format', 'json', '--state', STATE], { cwd: folder });
  t.equal((await refused.exited).code, 1);
});
