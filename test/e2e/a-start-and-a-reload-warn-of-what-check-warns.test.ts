import { test } from 'tap';
import { runPinlatch, startGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { askAdmin, outcomeOf, SOCKET } from '../support/reloads.js';

const NOWHERE = 'http://127.0.0.1:1';

// A narrow route that is passed by way of a broad one.
const config = proxyConfig(NOWHERE, {
  more: [{ name: 'admin', match: { path: '/api/admin' }, allow: ['client'], proxy: 'service' }],
  allow: 'any-trusted',
  extra: { admin: { socket: SOCKET } },
});

const CODE = /\b(warning)\b/;

test('what check warns of is in the log of the start and of a reload, and in status', async (t) => {
  const gateway = await startGateway({ config });
  const { folder, log } = gateway;
  await log.find(({ event }) => event === 'admin-listening');
  const issues = () => log.lines.filter(({ event }) => event === 'config-issue');
  t.match(issues(), [{ level: 'warning', code: 'route-passed', at: '/routes/0/match/path' }]);
  const check = runPinlatch(['check'], { cwd: folder });
  await check.exited;
  const warned = check.output.text.filter((line) => CODE.test(line) && line.includes('/routes'));
  t.equal(warned.length, issues().length, 'as many as check has');
  t.match((await askAdmin(folder, 'GET', '/v1/views/status')).body, {
    lastReload: { issues: [{ code: 'route-passed' }] },
  });

  t.match(await outcomeOf(gateway, () => gateway.signal('SIGHUP')), { event: 'reloaded' });
  t.equal(issues().length, 2);
  t.match(issues()[1], { code: 'route-passed', line: issues()[0]?.line });
  t.match((await askAdmin(folder, 'GET', '/v1/views/status')).body, {
    lastReload: { trigger: 'signal', issues: [{ code: 'route-passed' }] },
  });
});
