import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Test, test } from 'tap';

import { createAuthority, issueServer } from '../support/certificates.js';
import { type Front, get, startFront, VERSIONS } from '../support/front.js';
import { type RawUpstream, startRawUpstream } from '../support/upstream.js';
import {
  BEFORE_THE_HEAD,
  checkAnswered,
  checkCut,
  type Fault,
  IN_THE_BODY,
} from '../support/upstream-faults.js';

const service = { timeouts: { connect: '500ms', response: '300ms', idle: '300ms' } };

const authority = createAuthority('service CA');
const certificate = issueServer(authority);

/** frontOf starts a gateway before an upstream, which is talked to over TLS or in clear. */
function frontOf(t: Test, { port }: Pick<RawUpstream, 'port'>, secure: boolean): Promise<Front> {
  if (!secure) return startFront(t, `http://127.0.0.1:${port}`, { service, workers: 1 });
  return startFront(t, `https://127.0.0.1:${port}`, {
    service: { ...service, tls: { trust: 'services' } },
    workers: 1,
    trust: { services: { ca: ['services.crt'] } },
    files: { 'services.crt': authority.pem },
  });
}

for (const version of VERSIONS) {
  for (const secure of [false, true]) {
    const where = `${version}, upstream ${secure ? 'behind TLS' : 'in clear'}`;
    const more = secure ? { certificate, version } : {};

    test(`${where}: it fails before its head`, async (t) => {
      let fault: Fault | undefined;
      const upstream = await startRawUpstream((socket) => fault?.does(socket), more);
      t.teardown(() => upstream.close());
      const front = await frontOf(t, upstream, secure);
      const client = await front.connect(version);
      for (const given of Object.entries(BEFORE_THE_HEAD)) {
        fault = given[1];
        await checkAnswered(t, { front, client, port: upstream.port }, given);
      }
      client.destroy();
    });

    test(`${where}: it fails in its body`, async (t) => {
      let does: ((socket: Socket) => void) | undefined;
      const upstream = await startRawUpstream((socket) => does?.(socket), more);
      t.teardown(() => upstream.close());
      const front = await frontOf(t, upstream, secure);
      for (const [what, given] of Object.entries(IN_THE_BODY)) {
        does = given;
        await checkCut(t, front, what, version);
      }
    });
  }
}

const IN_THE_HANDSHAKE: Readonly<Record<string, Fault>> = {
  'ends at once': { does: (socket) => socket.end(), status: 502, code: 'upstream-tls-failed' },
  resets: { does: (socket) => socket.resetAndDestroy(), status: 502, code: 'upstream-tls-failed' },
  stalls: { does: () => {}, status: 504, code: 'upstream-connect-timeout' },
  'sends rubbish': {
    does: (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'),
    status: 502,
    code: 'upstream-tls-failed',
  },
};

test('an upstream that fails in the handshake', async (t) => {
  let fault: Fault | undefined;
  const upstream = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => fault?.does(socket));
  });
  const port = await new Promise<number>((resolve) =>
    upstream.listen(0, '127.0.0.1', () => resolve((upstream.address() as AddressInfo).port)),
  );
  t.teardown(() => upstream.close());
  const front = await frontOf(t, { port }, true);
  const client = await front.connect();
  for (const [what, given] of Object.entries(IN_THE_HANDSHAKE)) {
    fault = given;
    await client.send(get('/'));
    const response = await client.readResponse();
    t.equal(response.status, given.status, what);
    t.equal(JSON.parse(response.body.toString()).code, given.code, what);
  }
  client.destroy();
});

test('an upstream that refuses connections', async (t) => {
  const upstream = await startRawUpstream(() => {});
  await upstream.close();
  const front = await startFront(t, upstream.url);
  const client = await front.connect();
  await client.send(get('/'));
  const response = await client.readResponse();
  t.equal(response.status, 502);
  t.equal(JSON.parse(response.body.toString()).code, 'upstream-connect-failed');
  client.destroy();
});
