import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { createAuthority, issueClient } from '../support/certificates.js';
import { runPinlatch, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { adminConfig, SOCKET } from '../support/reloads.js';

async function command({ folder }: Pick<TestGateway, 'folder'>, ...args: readonly string[]) {
  const program = runPinlatch(args, { cwd: folder });
  const { code } = await program.exited;
  return { code, out: program.output.text.join('\n'), err: program.errors.text.join('\n') };
}

async function started(t: Test): Promise<TestGateway> {
  const gateway = await startGateway({ config: adminConfig });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  await gateway.log.event('admin-listening');
  return gateway;
}

test('pinlatch reload prints what changed, or every mistake; its exit code is the outcome', async (t) => {
  const gateway = await started(t);
  t.match(await command(gateway, 'reload'), { code: 0, out: /generation 2 serves\n {2}nothing/ });

  const other = issueClient(gateway.credentials.authority, 'other');
  const changed = adminConfig({ ...gateway.credentials, client: other });
  gateway.writeConfig(JSON.stringify(changed));
  // The watcher may have been first: then nothing is left to change.
  const { code, out } = await command(gateway, 'reload', '--socket', SOCKET);
  t.match({ code, out }, { code: 0, out: /^reloaded: generation [34] serves/ });

  gateway.writeConfig(JSON.stringify(changed).replace('"required"', '"requird"'));
  const { generation } = JSON.parse((await command(gateway, 'status', '--json')).out);
  const failed = await command(gateway, 'reload');
  t.match(failed, { code: 1, out: '' });
  t.match(failed.err, /gateway\.json:1:\d+ {2}\/listeners\/edge\/clientAuth/);
  t.match(failed.err, /found {5}"requird"[\s\S]*fix {7}did you mean "required"\?/);
  t.match(failed.err, new RegExp(`generation ${generation} still serves`));

  const json = await command(gateway, 'reload', '--json');
  t.equal(json.code, 1);
  t.match(JSON.parse(json.out), { ok: false, issues: [{ code: 'bad-value', line: 1 }] });
});

test('pinlatch status says what serves, and that the last reload failed', async (t) => {
  const gateway = await started(t);
  const fine = await command(gateway, 'status');
  t.equal(fine.code, 0);
  t.match(fine.out, /^pinlatch +\d+\.\d+\.\d+, process \d+/);
  t.match(fine.out, /^serving +generation 1 since /m);
  t.match(fine.out, /^configuration +.*gateway\.json \(live\)$/m);
  t.match(fine.out, new RegExp(`^listeners +edge 127\\.0\\.0\\.1:${gateway.port}$`, 'm'));
  t.match(fine.out, /server .*server\.crt: CN=localhost, (29|30) days left/);
  t.match(fine.out, /authority .*ca\.crt: CN=test CA, (29|30) days left/);
  t.match(fine.out, /^last good +not kept: there is no state folder/m);
  t.match(fine.out, /^pins +client "client": the pin .* has not been used since the start$/m);
  t.match(fine.out, /^counters +connectionsAccepted 0$/m);

  gateway.writeConfig('{');
  await command(gateway, 'reload', '--socket', SOCKET);
  const broken = await command(gateway, 'status', '--socket', SOCKET);
  t.equal(broken.code, 1);
  t.match(broken.out, /^last reload +FAILED .*gateway\.json:1:\d+: found the end of the file/m);
  t.match(broken.out, /^configuration +.*\(live\)$/m, 'the generation in force came from the file');
});

test('pinlatch drain ends the gateway and says so', async (t) => {
  const gateway = await started(t);
  t.match(await command(gateway, 'drain'), { code: 0, out: /^ended; 0 connections were cut/ });
  t.same(await gateway.exited, { code: 0, signal: null });
});

test('without a gateway the exit code is 2, and the reason says what to do', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const missing = join(gateway.folder, 'nothing.sock');
  for (const verb of ['reload', 'status', 'drain']) {
    t.match(await command(gateway, verb, '--socket', missing), { code: 2, err: /--socket/ });
  }
});

test('diff and a reload name the CA that comes and the one that goes by their subjects', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const { credentials, configPath, folder } = gateway;
  writeFileSync(join(folder, 'next.crt'), createAuthority('next CA').pem);
  const config = { ...usualConfig(credentials), trust: { clients: { ca: ['next.crt'] } } };
  writeFileSync(join(folder, 'next.json'), JSON.stringify(config));
  const words =
    /CA certificate added: "CN=next CA" \(sha256 .*CA certificate removed: "CN=test CA" \(sha256/;
  t.match((await command(gateway, 'diff', configPath, 'next.json')).out, words);
  gateway.writeConfig(config);
  gateway.signal('SIGHUP');
  t.match(await gateway.log.event('reloaded'), { changes: words });
});

test('pinlatch diff says what a reload would change, without one', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const { credentials, configPath } = gateway;
  const other = issueClient(credentials.authority, 'other');
  const changed = { ...usualConfig({ ...credentials, client: other }), watch: false };
  const next = join(gateway.folder, 'next.json');
  writeFileSync(next, JSON.stringify(changed));
  const { code, out } = await command(gateway, 'diff', configPath, next);
  t.equal(code, 1);
  t.equal(
    out,
    [
      `client "client" changed: pin added: sha256 ${other.sha256}; pin removed: sha256 ${credentials.client.sha256}`,
      'watch changed: true → false',
    ].join('\n'),
  );
  t.match(await command(gateway, 'diff', next, next), { code: 0, out: 'no difference' });
  writeFileSync(next, '{');
  t.match(await command(gateway, 'diff', configPath, next), { code: 2, err: /next\.json:1:2/ });
  t.match(await command(gateway, 'diff', configPath), { code: 2, err: /two files/ });
});
