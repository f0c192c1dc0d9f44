/**
 * Every command does its work under the Node.js that PINLATCH_TEST_NODE names (scripts/test-nodes.mjs: each that is supported), and
 * nothing but its own words is on standard error.
 */
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { COMMANDS } from '../../src/cli/commands.js';
import { call } from '../support/client.js';
import { makeFolder, runPinlatch, startGateway, usualConfig } from '../support/gateway.js';
import { versionsOfNode } from '../support/node.js';
import { makeStateFolder, STATE } from '../support/restarts.js';

const { node } = versionsOfNode();

/** Runs a command that is to end with `code`, without a word on standard error. */
async function quietly(t: Test, cwd: string, args: readonly string[], code = 0): Promise<string> {
  const program = runPinlatch(args, { cwd });
  const exit = await program.exited;
  t.same(exit, { code, signal: null }, `pinlatch ${args.join(' ')}`);
  t.same(program.errors.text, [], `pinlatch ${args.join(' ')}: standard error`);
  return program.output.text.join('\n');
}

test(`Node ${node}: help and version`, async (t) => {
  const folder = makeFolder();
  t.match(await quietly(t, folder, ['--version']), /^pinlatch \d/);
  const overview = await quietly(t, folder, ['help']);
  for (const name of COMMANDS.keys()) {
    t.match(overview, new RegExp(`^ +${name} `, 'm'));
    t.match(await quietly(t, folder, ['help', name]), new RegExp(`^usage: pinlatch ${name}`));
  }
});

test(`Node ${node}: commands that need no gateway`, async (t) => {
  const folder = makeFolder();
  await quietly(t, folder, ['init', 'own']);
  const own = join(folder, 'own');
  t.match(await quietly(t, own, ['check']), /fine/);
  t.ok(JSON.parse(await quietly(t, own, ['compile'])).listeners);
  const certificate = join('certs', 'demo-client.crt');
  t.match(await quietly(t, own, ['pin', certificate]), /sha256:/);
  t.match(await quietly(t, own, ['verify', '--ca', 'certs/ca.crt', '--chain', certificate]), /./);
  t.match(await quietly(t, own, ['diff', 'gateway.json', 'gateway.json']), /no difference/);
});

test(`Node ${node}: a gateway serves, is asked, reloads, keeps its configuration and drains`, async (t) => {
  const gateway = await startGateway({
    config: (credentials, folder) => {
      makeStateFolder(folder);
      return { ...usualConfig(credentials), admin: { socket: 'admin.sock' } };
    },
    args: ['--state', STATE],
  });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  const { folder, port, credentials } = gateway;
  const { authority, client } = credentials;
  const provider = gateway.log.lines.find(({ event }) => event === 'crypto-provider');
  t.match(provider, { provider: process.env.PINLATCH_TEST_PROVIDER ?? 'host', level: 'info' });
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const reply = await call({ port, authority, client, path: '/hello', version });
    t.equal(reply.status, 200, version);
  }
  const refused = await call({ port, authority, client, path: '/nowhere' });
  t.equal(refused.status, 404);
  t.match(await quietly(t, folder, ['status']), /\(live\)/);
  t.match(await quietly(t, folder, ['explain', '127.0.0.1']), /./);
  t.match(await quietly(t, folder, ['trust', 'lists']), /./);
  t.match(await quietly(t, folder, ['reload']), /nothing changed/);
  await gateway.log.event('last-good-kept');
  await quietly(t, folder, ['drain']);
  t.same(await gateway.exited, { code: 0, signal: null });
  t.same(gateway.errors.text, [], 'pinlatch run: standard error');
});
