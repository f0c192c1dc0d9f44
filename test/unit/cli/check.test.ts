import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { runCheck } from '../../../src/cli/check.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';
import { captureTerminal } from '../../support/terminal.js';

const nothing = { checkSnapshot: () => [] };

test('a sound file is fine, and the snapshot is what the native core gets to see', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const terminal = captureTerminal();
  const seen: string[] = [];
  const checkSnapshot = (document: string) => {
    seen.push(document);
    return [];
  };
  t.equal(await runCheck([file], terminal, { checkSnapshot }), 0);
  t.equal(terminal.out, `${file}: fine (1 listener, 1 route, 1 client)\n`);
  t.match(JSON.parse(seen[0] ?? ''), { format: 'pinlatch-snapshot/1' });
});

test('what the native core finds is placed in the file', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const terminal = captureTerminal();
  const checkSnapshot = () =>
    [
      {
        code: 'key-exposed',
        source: 'config',
        text: 'A private key file can be read by other users.',
        detail: 'server.key has mode 0644: run: chmod 0600 server.key',
        at: '/listeners/edge/certificates/0',
      },
    ] as const;
  t.equal(await runCheck([file], terminal, { checkSnapshot }), 1);
  const line =
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('"certificates"')) + 2;
  t.ok(
    terminal.out.startsWith(`${file}:${line}:9  /listeners/edge/certificates/0\n`),
    terminal.out,
  );
  t.match(terminal.out, /chmod 0600 server\.key/);
  t.match(terminal.out, /1 error\n$/);
});

test('an invalid file is reported and never reaches the native core', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig({ clients: {} }));
  const terminal = captureTerminal();
  const checkSnapshot = () => {
    throw new Error('asked');
  };
  t.equal(await runCheck([file], terminal, { checkSnapshot }), 1);
  t.match(terminal.out, /\/routes\/0\/allow\/0\n {2}found {5}"billing"/);
});

test('warnings do not fail', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const upstreams = { crm: { endpoints: ['http://a'] }, other: { endpoints: ['http://a'] } };
  const file = folder.write('gateway.json', minimalConfig({ upstreams }));
  const terminal = captureTerminal();
  t.equal(await runCheck([file], terminal, nothing), 0);
  t.match(terminal.out, /\(warning\)/);
  t.match(terminal.out, /: 1 warning\n.*: fine \([^)]*\)\n$/, 'counted once');
});

test('warnings are errors with --strict, and a sound file is as fine as without it', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const upstreams = { crm: { endpoints: ['http://a'] }, other: { endpoints: ['http://a'] } };
  const file = folder.write('gateway.json', minimalConfig({ upstreams }));
  const refused = captureTerminal();
  t.equal(await runCheck(['--strict', file], refused, nothing), 1);
  t.match(refused.out, /: refused because of --strict \([^)]*\)\n$/);
  const sound = captureTerminal();
  t.equal(await runCheck(['--strict', folder.write('b.json', minimalConfig())], sound, nothing), 0);
  t.match(sound.out, /: fine \(/);
});

test('that nobody would get in is said beside the file', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const terminal = captureTerminal();
  const closed = {
    code: 'trust-admits-nobody',
    source: 'config',
    severity: 'warning',
    at: '',
    text: 'A trust bundle accepts no certificate now.',
    detail: '',
  } as const;
  t.equal(await runCheck([file], terminal, { checkSnapshot: () => [closed] }), 0);
  t.match(terminal.out, /: usable, but clients will be refused \([^)]*\)\n$/);
});

test('the shipped example compiles in a folder with its certificates', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const example = new URL('../../../firmware-config/gateway.json', import.meta.url);
  const file = folder.write('gateway.json', readFileSync(example));
  const terminal = captureTerminal();
  t.equal(await runCheck([file], terminal, nothing), 0, terminal.out);
  t.match(terminal.out, /fine/);
});

test('a route that is passed by is warned of, with both routes and the habit of services', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const passed = {
    ...{ at: '/routes/0', route: 'admin', by: 'rest', path: '/api/admin' },
    ...{ ways: ['/api/admin/', '/api/ADMIN'], bySlash: true, byCase: true },
    differences: ['admits more', 'refuses fewer fields'],
  };
  const terminal = captureTerminal();
  const reviewRoutes = () => [passed];
  t.equal(await runCheck([file], terminal, { ...nothing, reviewRoutes }), 0);
  t.match(terminal.out, /\/routes\/0\/match\/path {2}\(warning\)/);
  t.match(terminal.out, /"\/api\/admin" is guarded by route "admin"/);
  t.match(terminal.out, /"\/api\/admin\/" and "\/api\/ADMIN" go to .* route "rest"/);
  t.match(terminal.out, /route "rest", which admits more, refuses fewer fields\n/);
  t.match(terminal.out, /see no difference in a trailing slash or case/);
  t.match(terminal.out, /"trailingSlash": "same" and "ignoreCase": true/);
  t.match(terminal.out, /: 1 warning\n.*: fine \([^)]*\)\n$/, 'counted once');

  const other = captureTerminal();
  const byCase = { ...passed, ways: ['/api/ADMIN'], bySlash: false };
  t.equal(await runCheck([file], other, { ...nothing, reviewRoutes: () => [byCase] }), 0);
  t.match(other.out, /no difference in case\n/);
  t.notMatch(other.out, /trailing/);
});

test('a way around a route with a parameter is told as the route was written', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const [route] = JSON.parse(minimalConfig()).routes;
  const routes = [{ ...route, name: 'admin', match: { path: '/api/{id}/admin' } }];
  const file = folder.write('gateway.json', minimalConfig({ routes }));
  const passed = {
    ...{ at: '/routes/0', route: 'admin', by: 'rest', path: '/api/p~~p/admin' },
    ...{ ways: ['/api/p~~p/admin/', '/API/p~~p/admin'], bySlash: true, byCase: true },
    differences: ['admits more clients'],
  };
  const terminal = captureTerminal();
  await runCheck([file], terminal, { ...nothing, reviewRoutes: () => [passed] });
  t.match(terminal.out, /"\/api\/\{id\}\/admin" is guarded by route "admin"/);
  t.match(terminal.out, /"\/api\/\{id\}\/admin\/" and "\/API\/\{id\}\/admin" go to/);
  t.notMatch(terminal.out, /p~~p/);
});

test('routes are reviewed also where something is warned of', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const issue = {
    code: 'anchor-unusable',
    source: 'config',
    text: 'x',
    detail: 'x',
    at: '',
  } as const;
  const warning = { ...issue, severity: 'warning' } as const;
  const reviewed: string[] = [];
  const reviewRoutes = (document: string) => {
    reviewed.push(document);
    return [];
  };
  await runCheck([file], captureTerminal(), { checkSnapshot: () => [warning], reviewRoutes });
  t.equal(reviewed.length, 1);
});

test('routes are not reviewed before nothing is wrong', async (t) => {
  const folder = makeConfigFolder(t.testdir({}));
  const file = folder.write('gateway.json', minimalConfig());
  const issue = { code: 'key-exposed', source: 'config', text: 'x', detail: 'x', at: '' } as const;
  const reviewRoutes = () => {
    throw new Error('asked');
  };
  const checks = { checkSnapshot: () => [issue], reviewRoutes };
  t.equal(await runCheck([file], captureTerminal(), checks), 1);
});

test('a file that is not there is an error with a code', async (t) => {
  const file = join(t.testdir({}), 'none.json');
  await t.rejects(runCheck([file], captureTerminal(), nothing), { code: 'file-unreadable' });
});
