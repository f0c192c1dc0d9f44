/**
 * A listener that has all the connections it may have keeps none for the answer to a refused request, however slowly its
 * client takes it; and no such answer waits for longer than one write timeout in all.
 */
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Test, test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { get } from '../support/front.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  CODE,
  FLAG,
  FrameConnection,
  frame,
  headers,
  PREFACE,
  request,
  settings,
  TYPE,
  windowUpdate,
} from '../support/h2-frames.js';
import { keepAlive } from '../support/kept-alive.js';
import { proxyConfig } from '../support/proxy-config.js';
import { tlsOptionsOf } from '../support/tls-options.js';
import { startUpstream } from '../support/upstream.js';
import { countingEnv, readCounters } from '../support/vital-signs.js';
import { openTls, untilReceived } from '../support/wire-client.js';

const PLACES = 4;
const LATE = '10m';
const NO_WINDOW = settings([4, 0]);

const OPEN = {
  name: 'open',
  match: { path: '/open' },
  allow: 'anyone',
  respond: { json: { a: 'b' } },
};

interface Site {
  readonly write?: string;
  /** Whether it has a path that is open to anyone. */
  readonly open?: boolean;
}

/** A listener with four places, and a stranger: a trusted certificate that no route allows. */
async function startSite(t: Test, { write = LATE, open = false }: Site = {}) {
  const upstream = await startUpstream((_request, response) => response.end('{"a":"b"}'));
  const gateway = await startGateway({
    config: proxyConfig(upstream.url, {
      workers: 1,
      limits: { connections: PLACES },
      clientAuth: 'optional',
      ...(open ? { more: [OPEN] } : {}),
      timeouts: { firstByte: LATE, handshake: LATE, idle: LATE, write },
    }),
    drainTimeout: '50ms',
    env: countingEnv,
  });
  t.teardown(async () => {
    await gateway.stop();
    await upstream.close();
  });
  const { authority } = gateway.credentials;
  const credentials = { ...gateway.credentials, client: issueClient(authority, 'a stranger') };
  return { gateway, stranger: { port: gateway.port, credentials } };
}

/** inTime is what comes within five seconds. */
function inTime<T>(what: Promise<T>): Promise<T | undefined> {
  return Promise.race([
    what,
    new Promise<undefined>((resolve) => setTimeout(resolve, 5000, undefined)),
  ]);
}

/** getInTime is the answer to a client that is new. */
function getInTime(gateway: TestGateway): Promise<string | undefined> {
  const client = keepAlive(gateway, gateway.credentials.client, 'TLSv1.3');
  return inTime(client.then((connected) => connected.get('/x')).catch(String));
}

/** askWithoutWindow has a request answered whose body the client gives no room for. */
async function askWithoutWindow(target: Awaited<ReturnType<typeof startSite>>['stranger']) {
  const connection = await FrameConnection.connect(target);
  connection.send(PREFACE, NO_WINDOW, frame(TYPE.SETTINGS, FLAG.ACK, 0), headers(1));
  await connection.find(({ type }) => type === TYPE.HEADERS);
  return connection;
}

test('a client gets in where refused requests whose answers no window is opened for hold all places', async (t) => {
  const { gateway, stranger } = await startSite(t);
  const held: FrameConnection[] = [];
  for (let i = 0; i < PLACES; i += 1) held.push(await askWithoutWindow(stranger));
  t.match(await getInTime(gateway), /^HTTP\/1\.1 200 /);
  t.equal((await readCounters(gateway)).connectionsDisplaced, 1);
});

test('a client gets in where refused requests whose answers nobody reads hold all places', async (t) => {
  const { gateway, stranger } = await startSite(t);
  for (let i = 0; i < PLACES; i += 1) {
    const { tls, tcp } = await openTls(stranger);
    tcp.pause();
    tls.pause();
    t.teardown(() => tcp.destroy());
    // As much as fits: answers back up until the gateway can write no more, and reads no more.
    const asked = 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1000);
    let isStuck = false;
    while (!isStuck) isStuck = !(await written(tls, asked));
  }
  t.match(await getInTime(gateway), /^HTTP\/1\.1 200 /);
});

test('who asks in vain goes before an anonymous client that was served', async (t) => {
  const { gateway } = await startSite(t, { open: true });
  const asksInVain = await askAnonymously(gateway, '/x');
  const served = await askAnonymously(gateway, '/open');
  t.match([asksInVain.heard, served.heard], [/^HTTP\/1\.1 403 /, /^HTTP\/1\.1 200 /]);
  for (let i = 2; i < PLACES; i += 1) {
    const client = await keepAlive(gateway, gateway.credentials.client, 'TLSv1.3');
    await client.get('/x');
  }
  t.match(await ask(asksInVain.tls, '/x'), /^HTTP\/1\.1 403 /);
  t.match(await getInTime(gateway), /^HTTP\/1\.1 200 /);
  t.match(await inTime(ask(served.tls, '/open').catch(String)), /^HTTP\/1\.1 200 /);
});

test('an admitted request keeps its place while its client opens no window', async (t) => {
  const { gateway } = await startSite(t);
  const held: FrameConnection[] = [];
  for (let i = 0; i < PLACES; i += 1) held.push(await askWithoutWindow(gateway));
  let isIn = false;
  const newcomer = keepAlive(gateway, gateway.credentials.client, 'TLSv1.3').then((client) => {
    isIn = true;
    return client;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.equal(isIn, false);
  held[0]?.send(windowUpdate(1, 1000));
  t.match(await (await newcomer).get('/x'), /^HTTP\/1\.1 200 /);
  for (const connection of held) connection.destroy();
});

test('a byte of window now and then prolongs no refused answer beyond one write timeout', async (t) => {
  const { stranger } = await startSite(t, { write: '1s' });
  const connection = await askWithoutWindow(stranger);
  const started = Date.now();
  const drip = setInterval(() => connection.send(windowUpdate(1, 1)), 200);
  t.teardown(() => clearInterval(drip));
  const end = await inTime(connection.find(({ type }) => type === TYPE.RST_STREAM));
  t.equal(end?.payload.readUInt32BE(0), CODE.CANCEL);
  t.ok(Date.now() - started < 5000);
  connection.destroy();
});

test('a byte of window now and then keeps the answer to an admitted request', async (t) => {
  const { gateway } = await startSite(t, { write: '1s' });
  const connection = await FrameConnection.open(gateway, undefined, NO_WINDOW);
  connection.send(headers(1, request({ ':path': '/x' })));
  for (let i = 0; i < 9; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    connection.send(windowUpdate(1, 1));
  }
  const end = await connection.find(
    ({ type, flags }) => type === TYPE.DATA && (flags & FLAG.END_STREAM) !== 0,
  );
  t.ok(end, 'it came whole');
  connection.destroy();
});

/** askAnonymously connects without a certificate, asks, and stays. */
async function askAnonymously({ port, credentials }: TestGateway, path: string) {
  const { authority } = credentials;
  const tls = connectTls({ host: '127.0.0.1', port, ...tlsOptionsOf({ authority }) });
  tls.on('error', () => tls.destroy());
  return { tls, heard: await ask(tls, path) };
}

function ask(tls: TLSSocket, path: string): Promise<string> {
  tls.write(get(path));
  const heard = untilReceived(tls, '}');
  tls.resume();
  return heard;
}

/** written writes, and says whether the socket took it within a moment. */
function written(socket: NodeJS.WritableStream, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const stuck = setTimeout(() => resolve(false), 500);
    socket.write(text, () => {
      clearTimeout(stuck);
      resolve(true);
    });
  });
}
