import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { noAccessLists, setAccessList } from '../support/access-lists.js';
import { runPinlatch, startGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, SOCKET } from '../support/reloads.js';

const EXPOSED = /everybody may write it/;

test('check, the start and status name each file that decides who gets in and that others may write', async (t) => {
  const gateway = await startGateway({
    config: (credentials, folder) => {
      chmodSync(join(folder, 'ca.crt'), 0o666);
      return adminConfig(credentials);
    },
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const warning = { code: 'writable-by-others', level: 'warning', at: '/trust/clients/ca/0' };
  t.match(await gateway.log.event('config-issue'), { ...warning, found: EXPOSED });
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body, { lastReload: { ok: true, issues: [{ ...warning, fix: /^chmod go-w/ }] } });

  chmodSync(gateway.configPath, 0o666);
  const check = runPinlatch(['check'], { cwd: gateway.folder });
  t.match(await check.exited, { code: 0 }, 'it is a warning');
  const text = check.output.text.join('\n');
  for (const file of ['gateway.json', 'ca.crt']) {
    t.match(text, new RegExp(`${file}" has mode 0666: everybody may write it`));
  }
  t.ok(existsSync(join(gateway.folder, SOCKET)));
});

test('a state folder that others may write is not used, and serving goes on', async (t) => {
  const gateway = await startGateway({
    config: (credentials, folder) => {
      mkdirSync(join(folder, 'state'));
      chmodSync(join(folder, 'state'), 0o777);
      return adminConfig(credentials);
    },
    args: ['--state', 'state'],
  });
  t.teardown(() => gateway.stop());
  const reason = /state".* has mode 0777: everybody may put other files into it.*chmod go-w/;
  t.match(await gateway.log.event('state-unusable'), { level: 'error', reason });
  t.match(await gateway.log.event('last-good-not-kept'), { reason });
  await gateway.log.event('admin-listening');
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body, { lastGood: { keptAt: null, failure: reason } });
  t.notOk(existsSync(join(gateway.folder, 'state', 'last-good')), 'nothing was written there');
});

test('an access control list counts as the mode does: for check, the start, status and the state folder', {
  skip: noAccessLists(),
}, async (t) => {
  const gateway = await startGateway({
    config: (credentials, folder) => {
      setAccessList(join(folder, 'ca.crt'), 'u:65534:rw');
      mkdirSync(join(folder, 'state'));
      setAccessList(join(folder, 'state'), 'u:65534:rwx');
      return adminConfig(credentials);
    },
    args: ['--state', 'state'],
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const warning = { code: 'writable-by-others', level: 'warning', at: '/trust/clients/ca/0' };
  const found = /ca.crt" has mode 06[0-7]{2} and an access control list: user 65534 may write it$/;
  t.match(await gateway.log.event('config-issue'), { ...warning, found });
  const reason = /state".* an access control list: user 65534 may put other files into it/;
  t.match(await gateway.log.event('state-unusable'), { level: 'error', reason });
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body, { lastReload: { issues: [{ ...warning, found }] }, lastGood: { failure: reason } });
  t.notOk(existsSync(join(gateway.folder, 'state', 'last-good')), 'nothing was written there');

  const check = runPinlatch(['check'], { cwd: gateway.folder });
  t.match(await check.exited, { code: 0 }, 'it is a warning');
  t.match(check.output.text.join('\n'), /an access control list: user 65534 may write it/);
});
