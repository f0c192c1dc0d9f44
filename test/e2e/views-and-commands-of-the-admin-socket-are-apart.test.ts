import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { ownVersion } from '../../src/own-package.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, outcomes, SOCKET, visit } from '../support/reloads.js';

async function start(t: Test): Promise<TestGateway> {
  const gateway = await startGateway({ config: adminConfig });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  return gateway;
}

/** headOf asks and gives the head of the answer. */
async function headOf(folder: string, method: string, path: string): Promise<IncomingMessage> {
  const asked = request({ socketPath: join(folder, SOCKET), method, path, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response.resume();
}

const VIEWS = ['status', 'explain?id=x', 'recent-clients', 'list-numbers'];
const COMMANDS = ['reload', 'drain', 'forget-list?bundle=x&issuer=y'];

test('a view takes GET and nothing else, and says so', async (t) => {
  const { folder } = await start(t);
  for (const view of VIEWS) {
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      const { statusCode, headers } = await headOf(folder, method, `/v1/views/${view}`);
      t.match({ statusCode, allow: headers.allow }, { statusCode: 405, allow: /^GET$/ });
    }
  }
});

test('a command takes POST and nothing else, says so, and does nothing', async (t) => {
  const gateway = await start(t);
  for (const command of COMMANDS) {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) {
      const path = `/v1/commands/${command}`;
      const { statusCode, headers } = await headOf(gateway.folder, method, path);
      t.match({ statusCode, allow: headers.allow }, { statusCode: 405, allow: /^POST$/ });
    }
  }
  t.same(outcomes(gateway), [], 'nothing was reloaded');
  t.same(await visit(gateway), [200, 200], 'nothing was drained');
});

test('neither is found under the prefix of the other', async (t) => {
  const { folder } = await start(t);
  t.equal((await askAdmin(folder, 'GET', '/v1/commands/status')).status, 404);
  t.equal((await askAdmin(folder, 'POST', '/v1/views/reload')).status, 404);
});

test('the command of an older version is told the version of the gateway, and what to do', async (t) => {
  const gateway = await start(t);
  const old = ['GET /v1/status', 'GET /v1/explain?id=x', 'POST /v1/reload', 'POST /v1/drain'];
  for (const question of old) {
    const [method = '', path = ''] = question.split(' ');
    const { status, body } = await askAdmin(gateway.folder, method, path);
    t.equal(status, 404, question);
    const { version } = ownVersion();
    t.match(body.error, `this gateway (pinlatch ${version}) are of different versions: restart`);
  }
  t.same(outcomes(gateway), []);
});

test('every answer names the version of the gateway', async (t) => {
  const { folder } = await start(t);
  const server = `pinlatch/${ownVersion().version}`;
  for (const path of ['/v1/views/status', '/v1/views/explain?id=x', '/v1/nothing', '//']) {
    t.equal((await headOf(folder, 'GET', path)).headers.server, server, path);
  }
});
