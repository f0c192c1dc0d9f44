import { existsSync, lstatSync, mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'tap';
import { makeFolder, startGateway, type TestGateway } from '../support/gateway.js';
import { adminConfig, askAdmin, SOCKET, visit } from '../support/reloads.js';
import { eventually } from '../support/vital-signs.js';

test('only its owner may use it, and it is gone at the end', async (t) => {
  const gateway = await startGateway({ config: adminConfig });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  const path = join(gateway.folder, SOCKET);
  await gateway.log.event('admin-listening');
  t.equal(lstatSync(path).mode & 0o777, 0o600);
  t.same(await gateway.stop(), { code: 0, signal: null });
  t.notOk(existsSync(path));
});

test('the socket of a gateway that was killed is taken over', async (t) => {
  const killed = await startGateway({ config: adminConfig });
  await killed.log.event('admin-listening');
  killed.signal('SIGKILL');
  await killed.exited;
  t.ok(existsSync(join(killed.folder, SOCKET)));
  const gateway = await startGateway({
    config: (credentials) => ({
      ...adminConfig(credentials),
      admin: { socket: join(killed.folder, SOCKET) },
    }),
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  t.match(await askAdmin(killed.folder, 'GET', '/v1/views/status'), {
    status: 200,
    body: { pid: gateway.pid },
  });
});

test('the socket of a gateway that lives is left alone; the other one serves without', async (t) => {
  const first = await startGateway({ config: adminConfig });
  t.teardown(() => first.stop());
  await first.log.event('admin-listening');
  const second = await startGateway({
    config: (credentials) => ({
      ...adminConfig(credentials),
      admin: { socket: join(first.folder, SOCKET) },
    }),
  });
  t.match(await second.log.event('admin-socket-failed'), {
    level: 'error',
    reason: /another gateway answers there/,
  });
  t.same(await visit(second), [200, 200]);
  await second.stop();
  const { body } = await askAdmin(first.folder, 'GET', '/v1/views/status');
  t.equal(body.pid, first.pid);
});

test('a file it is not a socket is left alone', async (t) => {
  const gateway = await startGateway({
    config: (credentials, folder) => {
      writeFileSync(join(folder, SOCKET), 'precious');
      return adminConfig(credentials);
    },
  });
  t.teardown(() => gateway.stop());
  t.match(await gateway.log.event('admin-socket-failed'), {
    reason: /other than a socket is there/,
  });
  t.ok(lstatSync(join(gateway.folder, SOCKET)).isFile());
});

const timesOf = (name: string, { log }: TestGateway): number =>
  log.lines.filter(({ event }) => event === name).length;

test('a socket that somebody removed is made again, also with its folder', async (t) => {
  const gateway = await startGateway({
    config: (credentials, folder) => {
      mkdirSync(join(folder, 'run'), { mode: 0o700 });
      return { ...adminConfig(credentials), admin: { socket: `run/${SOCKET}` } };
    },
  });
  t.teardown(() => void gateway.child.kill('SIGKILL'));
  await gateway.log.event('admin-listening');
  const run = join(gateway.folder, 'run');
  const isAsked = async (times: number) => {
    await eventually(
      () => timesOf('admin-listening', gateway),
      (count) => count === times,
    );
    t.equal(lstatSync(join(run, SOCKET)).mode & 0o777, 0o600);
    t.match(await askAdmin(run, 'GET', '/v1/views/status'), { body: { pid: gateway.pid } });
  };
  await isAsked(1);
  unlinkSync(join(run, SOCKET));
  await isAsked(2);
  rmSync(run, { recursive: true });
  await gateway.log.event('admin-socket-failed');
  mkdirSync(run, { mode: 0o700 });
  await isAsked(3);
  t.same(await gateway.stop(), { code: 0, signal: null });
  t.notOk(existsSync(join(run, SOCKET)));
});

test('a folder that is missing is named with the command that makes it, and then the socket opens', async (t) => {
  const gateway = await startGateway({
    config: (credentials) => ({
      ...adminConfig(credentials),
      admin: { socket: `not there/${SOCKET}` },
    }),
  });
  t.teardown(() => gateway.stop());
  const folder = join(gateway.folder, 'not there');
  const { reason } = await gateway.log.event('admin-socket-failed');
  t.match(
    reason,
    new RegExp(`the folder .*not there.* does not exist; .*mkdir -m 700 '${folder}'$`),
  );
  mkdirSync(folder, { mode: 0o700 });
  await gateway.log.event('admin-listening');
  t.equal((await askAdmin(folder, 'GET', '/v1/views/status')).status, 200);
});

test('systemd says where it is: $RUNTIME_DIRECTORY', async (t) => {
  const runtime = makeFolder();
  mkdirSync(join(runtime, 'r'), { mode: 0o700 });
  const gateway = await startGateway({ env: { RUNTIME_DIRECTORY: join(runtime, 'r') } });
  t.teardown(() => gateway.stop());
  t.match(await gateway.log.event('admin-listening'), { socket: join(runtime, 'r', SOCKET) });
  t.equal((await askAdmin(join(runtime, 'r'), 'GET', '/v1/views/status')).status, 200);
});

test('questions that it does not know are refused in words', async (t) => {
  const gateway = await startGateway({ config: adminConfig });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const { folder } = gateway;
  t.match(await askAdmin(folder, 'GET', '/v1/nothing'), {
    status: 404,
    body: { error: /GET \/v1\/views\/status.* POST \/v1\/commands\/reload/ },
  });
  t.match(await askAdmin(folder, 'GET', '/v1/commands/reload'), {
    status: 405,
    body: { error: /POST/ },
  });
  t.match(await askAdmin(folder, 'POST', '/v1/views/status'), { status: 405 });
  const garbage = await new Promise<number>((resolve, reject) => {
    const asked = request({
      socketPath: join(folder, SOCKET),
      method: 'POST',
      path: '/v1/commands/reload',
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    asked.end('{');
  });
  t.equal(garbage, 400);
  t.match(await askAdmin(folder, 'GET', '/v1/views/status'), { body: { generation: 1 } });
});

test('a socket that others listen on is not asked to death: somebody else answers', async (t) => {
  const folder = makeFolder();
  const path = join(folder, SOCKET);
  const other = createServer((socket) => void socket.end());
  await new Promise<void>((resolve) => void other.listen(path, resolve));
  t.teardown(() => void other.close());
  const gateway = await startGateway({
    config: (credentials) => ({ ...adminConfig(credentials), admin: { socket: path } }),
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-socket-failed');
  t.ok(lstatSync(path).isSocket());
});
