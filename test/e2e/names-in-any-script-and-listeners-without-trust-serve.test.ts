import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { columnsOf, padColumns } from '../../src/cli/columns.js';
import { parseConfig } from '../../src/config/parse.js';
import { literal } from '../../src/parsed.js';
import { call } from '../support/client.js';
import { minimalConfig } from '../support/config-folder.js';
import {
  type Config,
  makeCredentials,
  runPinlatch,
  startGateway,
  usualConfig,
} from '../support/gateway.js';

const credentials = makeCredentials();
const { authority, client } = credentials;
const usual = usualConfig(credentials);
const { edge } = usual.listeners as Record<string, Config>;
const { trust: _, ...untrusting } = edge ?? {};
const hello = { match: { path: '/hello' }, respond: { json: { hello: true } } };

const issuesOf = (part: Config) => {
  const parsed = parseConfig(minimalConfig(part), '/x/gateway.json');
  return parsed.ok ? [] : parsed.issues.map(({ code, at }) => `${code} ${at}`);
};

const issuesOfClients = (clients: Config) =>
  issuesOf({ clients }).filter((found) => found.includes(' /clients'));

const NAMES = ['Test SNI', 'Prüfstand 7', 'Касса 3', '検査', 'हिन्दी', '7-a_b.c'];

test('names in any script pass from the configuration to the log, the admin socket, diff and the kept copy', async (t) => {
  for (const name of NAMES) {
    const config = {
      ...usual,
      admin: { socket: 'admin.sock' },
      trust: { [name]: { ca: ['ca.crt'] } },
      clients: { [name]: { pins: [`sha256:${client.sha256}`] } },
      listeners: { [name]: { ...edge, trust: name } },
      routes: [{ name, ...hello, allow: [name] }],
    };
    const gateway = await startGateway({
      credentials,
      config: () => config,
      args: ['--state', 'state'],
    });
    t.teardown(() => gateway.stop());
    const { port, log, folder, configPath } = gateway;
    const reply = await call({ port, authority, client, path: '/hello' });
    t.equal(reply.status, 200, name);
    const line = await log.find((one) => one.type === 'access');
    t.match(line, { client: name, route: name, listener: name });
    const run = async (...args: string[]) => {
      const program = runPinlatch(args, { cwd: folder });
      await program.exited;
      return program.output.text.join('\n');
    };
    const status = await run('status', '--socket', 'admin.sock', '--json');
    t.match(JSON.stringify(JSON.parse(status)), name);
    const other = join(folder, 'other.json');
    writeFileSync(other, readFileSync(configPath, 'utf8').replaceAll('/hello', '/other'));
    t.match(await run('diff', configPath, other), `route "${name}"`);
    const url = `https://localhost:${port}/hello`;
    const asked = ['--cert', 'server.crt', '--route', 'GET', url, '--listener', name];
    t.match(await run('explain', ...asked, '--config', configPath), `"${name}"`);
  }
});

test('a name that could pass for another is refused', async (t) => {
  for (const name of [
    ...[
      'a  b',
      ' a',
      'a ',
      'a\tb',
      'a\u00a0b',
      'a\u200db',
      '\u202eab',
      'a\u2028b',
      'a/b',
      '_a',
      '',
    ],
    ...['Pru\u0308fstand', '\u0301a', 'x'.repeat(65), '(none)', '\u212b', 'a\ud800'],
  ]) {
    const clients = { [name]: { pins: ['ab'.repeat(32)] } };
    t.notSame(issuesOfClients(clients), [], literal(name));
  }
  t.same(issuesOfClients({ ['検'.repeat(64)]: { pins: ['ab'.repeat(32)] } }), []);
});

test('columns of a table stand below each other whatever the script', async (t) => {
  t.same(['ab', '検査', 'ä', 'a\u0308', 'हि'].map(columnsOf), [2, 4, 1, 1, 1]);
  t.equal(padColumns('検', 4), '検  ');
});

test('a listener that asks no client for a certificate serves without any trust bundle', async (t) => {
  const config = {
    workers: 1,
    listeners: { edge: { ...untrusting, clientAuth: 'none' } },
    routes: [{ name: 'hello', ...hello, allow: 'anyone' }],
  };
  const gateway = await startGateway({ credentials, config: () => config });
  t.teardown(() => gateway.stop());
  const { port, log } = gateway;
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const who of [undefined, client]) {
      const reply = await call({
        port,
        authority,
        version,
        path: '/hello',
        ...(who && { client: who }),
      });
      t.equal(reply.status, 200);
    }
  }
  t.notMatch(log.text.join('\n'), /"level":"(?:warning|error)"/);
});

test('trust is asked for wherever a certificate is', async (t) => {
  const allow = 'anyone';
  const routes = [{ name: 'hello', ...hello, allow }];
  const listeners = (rules: Config) => ({ edge: { ...untrusting, ...rules } });
  t.match(issuesOf({ listeners: listeners({}), routes }), ['missing-key /listeners/edge']);
  for (const clientAuth of ['required', 'optional']) {
    const asking = listeners({ clientAuth });
    t.match(issuesOf({ listeners: asking, routes }), ['missing-key /listeners/edge']);
    const named = listeners({ clientAuth: 'none', names: { 'a.test': { clientAuth } } });
    const at = 'missing-key /listeners/edge/names/a.test';
    t.match(issuesOf({ listeners: named, routes }), [at]);
  }
});
