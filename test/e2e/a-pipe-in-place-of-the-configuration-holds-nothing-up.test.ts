import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { test } from 'tap';
import { startGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, outcomeOf, visit } from '../support/reloads.js';

test('a pipe in place of gateway.json fails a reload, and the next one succeeds', async (t) => {
  const gateway = await startGateway({ config: adminConfig });
  await gateway.log.event('admin-listening');
  const { configPath, folder } = gateway;
  renameSync(configPath, `${configPath}.kept`);
  execFileSync('mkfifo', [configPath]);
  const failed = await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
  t.match(failed, { event: 'reload-failed', reason: /not a regular file/ });
  rmSync(configPath);
  renameSync(`${configPath}.kept`, configPath);
  t.equal((await askAdmin(folder, 'POST', '/v1/commands/reload')).status, 200);
  t.same(await visit(gateway), [200, 200]);
  gateway.signal('SIGTERM');
  t.same(await gateway.exited, { code: 0, signal: null });
});
