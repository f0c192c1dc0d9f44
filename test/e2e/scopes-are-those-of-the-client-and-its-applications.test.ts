/**
 * Who has which scopes, by itself and by applications, on routes that want none, one or several: over HTTP/1.1, HTTP/2 and by ticket, as
 * a request, WebSocket and gRPC; `explain` says the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { runDry } from '../../src/engine/native.js';
import { compileFile } from '../../src/snapshot/compile-file.js';
import { type IssuedCertificate, issueClient } from '../support/certificates.js';
import { type Call, callOverHttp1, type Reply } from '../support/client.js';
import { type Config, runPinlatch, startGateway } from '../support/gateway.js';
import { callOverHttp2 } from '../support/http2-call.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { proxyConfig } from '../support/proxy-config.js';
import { RawClient } from '../support/raw-client.js';
import { reloadByCommand } from '../support/reloads.js';
import { startUpstream } from '../support/upstream.js';
import { openSocket, startEchoService } from '../support/websockets.js';

const [READ, WRITE] = ['orders:read', 'orders:write'];

// What each client has, by itself and by its applications.
const HOLDERS: Readonly<Record<string, { own: string[]; application: string[] }>> = {
  neither: { own: [], application: [] },
  own: { own: [READ], application: [] },
  application: { own: [], application: [READ] },
  both: { own: [READ], application: [WRITE] },
  twice: { own: [READ, WRITE], application: [READ] },
};

const WANTED: Readonly<Record<string, string[]>> = {
  none: [],
  one: [READ],
  several: [WRITE, READ],
};

type Issued = Readonly<Record<string, IssuedCertificate>>;

function lacking(holder: string, wanted: string): readonly string[] {
  const { own = [], application = [] } = HOLDERS[holder] ?? {};
  const has = new Set([...own, ...application]);
  return (WANTED[wanted] ?? []).filter((scope) => !has.has(scope));
}

function scopedConfig(usual: Config, issued: Issued, route: object): Config {
  const names = Object.keys(HOLDERS);
  const clients = names.map((name) => {
    const { own = [] } = HOLDERS[name] ?? {};
    const pins = [`sha256:${issued[name]?.sha256}`];
    return [name, own.length === 0 ? { pins } : { pins, scopes: own }];
  });
  const applications = names.flatMap((name) => {
    const { application = [] } = HOLDERS[name] ?? {};
    return application.length === 0
      ? []
      : [[`app-${name}`, { clients: [name], scopes: application }]];
  });
  const [kept] = usual.routes as Config[];
  const routes = Object.entries(WANTED).map(([wanted, scopes]) => ({
    ...kept,
    ...route,
    name: wanted,
    match: { path: `/${wanted}/*` },
    // An application stands for its clients.
    allow: ['neither', 'own', 'app-application', 'app-both', 'twice'],
    ...(scopes.length === 0 ? {} : { scopes }),
  }));
  return {
    ...usual,
    clients: Object.fromEntries(clients),
    applications: Object.fromEntries(applications),
    routes,
  };
}

async function startScoped(t: Test, url: string, route: object = {}) {
  const issued: Record<string, IssuedCertificate> = {};
  const gateway = await startGateway({
    config: (credentials, folder) => {
      for (const name of Object.keys(HOLDERS)) {
        const one = issueClient(credentials.authority, name);
        issued[name] = one;
        writeFileSync(join(folder, `${name}.crt`), one.pem);
      }
      const usual = proxyConfig(url)(credentials);
      return { ...scopedConfig(usual, issued, route), admin: { socket: 'admin.sock' } };
    },
  });
  t.teardown(() => gateway.stop());
  return { gateway, issued: issued as Issued };
}

function checkRefusal(t: Test, reply: Pick<Reply, 'status' | 'body'>, missing: readonly string[]) {
  t.equal(reply.status, 403);
  const problem = JSON.parse(reply.body);
  t.match(problem, { code: 'insufficient_scope', title: 'Forbidden' });
  t.same(problem.scope.split(' ').sort(), [...missing].sort());
}

const PLAIN = 'GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function askedByTicket(what: Call): Promise<readonly number[]> {
  const first = await RawClient.connect(what);
  const session = await first.ticket();
  first.destroy();
  const again = await RawClient.connect({ ...what, session });
  const { resumed } = again;
  const answers: number[] = [];
  // The second of them is asked on a connection that is kept.
  for (const _ of [1, 2]) {
    await again.send(PLAIN.replace('{}', what.path ?? '/'));
    answers.push((await again.readResponse()).status);
  }
  again.destroy();
  return resumed ? answers : [];
}

test('a request needs every scope of its route, over HTTP/1.1 and HTTP/2, kept alive and by ticket', async (t) => {
  const upstream = await startUpstream((_request, response) => void response.end('served'));
  t.teardown(() => upstream.close());
  const { gateway, issued } = await startScoped(t, upstream.url);
  const compiled = await compileFile(join(gateway.folder, 'gateway.json'));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const { port, credentials } = gateway;
  const { authority } = credentials;
  for (const holder of Object.keys(HOLDERS)) {
    const client = issued[holder] as IssuedCertificate;
    for (const wanted of Object.keys(WANTED)) {
      const missing = lacking(holder, wanted);
      const path = `/${wanted}/x`;
      for (const ask of [callOverHttp1, callOverHttp2]) {
        const reply = await ask({ port, authority, client, path });
        if (missing.length === 0) t.equal(reply.status, 200, `${holder} ${wanted}`);
        else checkRefusal(t, reply, missing);
      }
      const status = missing.length === 0 ? 200 : 403;
      for (const version of VERSIONS)
        t.same(await askedByTicket({ port, authority, client, version, path }), [status, status]);
      const { request, client: judged } = runDry({
        ...{ document: compiled.document, listener: 'edge', chain: Buffer.from(client.pem) },
        ...{ method: 'GET', host: 'localhost', path, time: Math.floor(Date.now() / 1000) },
      });
      t.equal(request?.code, missing.length === 0 ? undefined : 'insufficient_scope');
      t.equal(judged, holder, 'the client is told also when it lacks a scope');
    }
  }
});

test('a WebSocket needs every scope of its route', async (t) => {
  const service = await startEchoService(t);
  const { gateway, issued } = await startScoped(t, service.url, { upgrade: ['websocket'] });
  for (const holder of Object.keys(HOLDERS)) {
    for (const wanted of Object.keys(WANTED)) {
      const call = { client: issued[holder] as IssuedCertificate, path: `/${wanted}/ws` };
      if (lacking(holder, wanted).length > 0) {
        await t.rejects(openSocket(gateway, call), /status 403/);
        continue;
      }
      const socket = await openSocket(gateway, call);
      t.equal(await socket.echo('hello'), 'hello');
      socket.socket.terminate();
    }
  }
});

test('what a client lacks is told in the log and by explain, and its loss by a reload cuts it', async (t) => {
  const upstream = await startUpstream((_request, response) => void response.end('served'));
  t.teardown(() => upstream.close());
  const { gateway, issued } = await startScoped(t, upstream.url);
  const { port, credentials } = gateway;
  const { authority } = credentials;
  const client = issued.own as IssuedCertificate;
  const reply = await callOverHttp1({ port, authority, client, path: '/several/x' });
  const { requestId } = JSON.parse(reply.body);
  const line = await gateway.log.find((one) => one.requestId === requestId);
  t.match(line, { code: 'insufficient_scope', client: 'own', route: 'several' });
  t.equal(line.detail, 'client "own" lacks "orders:write", which route "several" wants');
  const question = ['--cert', 'own.crt', '--route', 'GET', 'https://localhost/several/x'];
  const told = runPinlatch(['explain', ...question], { cwd: gateway.folder });
  t.equal((await told.exited).code, 1);
  const text = told.output.text.join('\n');
  t.match(text, /client "own" lacks "orders:write", which route "several" wants/);
  t.match(text, /give it to client "own", or to an application/);

  const kept = await RawClient.connect({ port, authority, client });
  await kept.send(PLAIN.replace('{}', '/one/x'));
  t.equal((await kept.readResponse()).status, 200);
  const config = JSON.parse(readFileSync(join(gateway.folder, 'gateway.json'), 'utf8'));
  config.clients.own.scopes = ['orders:write'];
  gateway.writeConfig(config);
  t.match(await reloadByCommand(gateway), { status: 200 });
  await kept.send(PLAIN.replace('{}', '/one/x'));
  t.equal((await kept.readResponse()).status, 403);
  kept.destroy();
});
