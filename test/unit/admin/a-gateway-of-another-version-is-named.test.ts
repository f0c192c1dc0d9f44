import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { askVerb } from '../../../src/admin/admin-asking.js';
import {
  EXPLAIN,
  FORGET_LIST,
  LIST_NUMBERS,
  RELOAD,
  STATUS,
} from '../../../src/admin/admin-verbs.js';
import { ownVersion } from '../../../src/own-package.js';
import { makeFolder, runPinlatch } from '../../support/gateway.js';

const OWN = ownVersion().version;

interface Told {
  readonly status?: number;
  /** Left out: the answer names no version. */
  readonly version?: string;
  readonly body: unknown;
}

/** gatewayThat answers every question alike; `asked` lists the questions. */
async function gatewayThat(
  t: Test,
  { status = 200, version, body }: Told,
): Promise<{ readonly socket: string; readonly folder: string; readonly asked: string[] }> {
  const folder = makeFolder();
  const socket = join(folder, 'admin.sock');
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`);
    if (version !== undefined) response.setHeader('server', `pinlatch/${version}`);
    response.writeHead(status).end(JSON.stringify(body));
  }).listen(socket);
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return { socket, folder, asked };
}

// As gateways answered before views and commands were apart.
const OLD: Told = {
  status: 404,
  body: { error: 'there is no "/v1/views/status": there are /v1/status, /v1/reload' },
};

test('a gateway whose answers name no version is said to be an older one', async (t) => {
  const { socket } = await gatewayThat(t, OLD);
  await t.rejects(askVerb(socket, STATUS, {}), {
    code: 'admin-version',
    message: `the answer names no version: its sender is older than this command (pinlatch ${OWN}), or is not a gateway; restart`,
  });
});

test('an answer that lacks what this version expects names both versions and the place', async (t) => {
  const lists = [{ bundle: 'a', issuer: 'CN=ca' }];
  const { socket } = await gatewayThat(t, { version: '0.0.1', body: { lists } });
  await t.rejects(askVerb(socket, LIST_NUMBERS, {}), {
    code: 'admin-version',
    message: `this command (pinlatch ${OWN}) does not understand the gateway's (pinlatch 0.0.1) answer to /v1/views/list-numbers: lists[0].number is missing`,
  });
});

test('a verb that the other version does not have is refused with both versions', async (t) => {
  const body = { error: 'there is no "/v1/views/explain"' };
  const { socket } = await gatewayThat(t, { status: 404, version: '9.9.9', body });
  await t.rejects(askVerb(socket, EXPLAIN, { id: 'x' }), {
    code: 'admin-refused',
    message: `the gateway says 404: there is no "/v1/views/explain" (the gateway is pinlatch 9.9.9, this command pinlatch ${OWN})`,
  });
});

test('a refusal by the same version says its reason and no version', async (t) => {
  const refusal = { status: 400, version: OWN, body: { error: 'not so' } };
  const { socket } = await gatewayThat(t, refusal);
  await t.rejects(askVerb(socket, LIST_NUMBERS, {}), {
    code: 'admin-refused',
    message: /^the gateway says 400: not so$/,
  });
});

test('an answer of another version that has all that is expected comes as it is, with more', async (t) => {
  const body = { lists: [], since: 7 };
  const { socket } = await gatewayThat(t, { version: '9.9.9', body });
  t.same(await askVerb(socket, LIST_NUMBERS, {}), body);
});

test('a command that failed is answered, not refused', async (t) => {
  const body = {
    ...{ ok: false, trigger: 'command', time: 1, generation: 2 },
    ...{ changes: [], reason: 'it is wrong', issues: [] },
  };
  const { socket } = await gatewayThat(t, { status: 422, version: OWN, body });
  t.same(await askVerb(socket, RELOAD, {}), body);
});

test('parameters stand in the query, whatever is in them', async (t) => {
  const { socket, asked } = await gatewayThat(t, { version: OWN, body: { lists: [] } });
  await askVerb(socket, FORGET_LIST, { bundle: 'a&key=b', issuer: 'CN=é', key: '0a' });
  t.same(asked, ['POST /v1/commands/forget-list?bundle=a%26key%3Db&issuer=CN%3D%C3%A9&key=0a']);
});

test('the state folder of a gateway is not written while one of another version may have it', async (t) => {
  const { socket, folder } = await gatewayThat(t, OLD);
  const forget = ['trust', 'forget-list', 'clients', 'CN=ca', '--state', folder];
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ admin: { socket } }));
  const program = runPinlatch(forget, { cwd: folder });
  t.same(await program.exited, { code: 2, signal: null });
  t.match(
    program.errors.text.join('\n'),
    /names no version: its sender is older than this command/,
  );
});

test('the version that a process names is that of its start', async (t) => {
  t.equal(ownVersion(), ownVersion(), 'it is read once');
});
