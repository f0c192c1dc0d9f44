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
  STALLED,
} from '../support/upstream-faults.js';

// What is not about a timeout must not meet one on a busy machine. In a body either way of failing looks the same.
const PATIENT = { connect: '10s', response: '10s', idle: '300ms' };

const authority = createAuthority('service CA');
const certificate = issueServer(authority);

/** frontOf starts a gateway before an upstream, which is talked to over TLS or in clear. */
function frontOf(
  t: Test,
  { port }: Pick<RawUpstream, 'port'>,
  { secure, timeouts = PATIENT }: { secure: boolean; timeouts?: object },
): Promise<Front> {
  const service = { timeouts };
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

    for (const [faults, timeouts] of [
      [BEFORE_THE_HEAD, PATIENT],
      [STALLED, { ...PATIENT, response: '300ms' }],
    ] as const) {
      test(`${where}: ${Object.keys(faults).join(', ')}`, async (t) => {
        let fault: Fault | undefined;
        const upstream = await startRawUpstream((socket) => fault?.does(socket), more);
        t.teardown(() => upstream.close());
        const front = await frontOf(t, upstream, { secure, timeouts });
        const client = await front.connect(version);
        for (const given of Object.entries(faults)) {
          fault = given[1];
          await checkAnswered(t, { front, client, port: upstream.port }, given);
        }
        client.destroy();
      });
    }

    test(`${where}: it fails in its body`, async (t) => {
      let does: ((socket: Socket) => void) | undefined;
      const upstream = await startRawUpstream((socket) => does?.(socket), more);
      t.teardown(() => upstream.close());
      const front = await frontOf(t, upstream, { secure });
      for (const [what, given] of Object.entries(IN_THE_BODY)) {
        await checkCut(t, front, what, version, (client) => {
          does = (socket) => given(socket, client);
        });
      }
    });
  }
}

interface HandshakeFault extends Fault {
  readonly connect?: string;
}

const IN_THE_HANDSHAKE: Readonly<Record<string, HandshakeFault>> = {
  'ends at once': { does: (socket) => socket.end(), status: 502, code: 'upstream-tls-failed' },
  resets: { does: (socket) => socket.resetAndDestroy(), status: 502, code: 'upstream-tls-failed' },
  stalls: { does: () => {}, status: 504, code: 'upstream-connect-timeout', connect: '300ms' },
  'sends rubbish': {
    does: (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'),
    status: 502,
    code: 'upstream-tls-failed',
  },
};

for (const [what, { does, connect = '10s', ...expected }] of Object.entries(IN_THE_HANDSHAKE)) {
  test(`an upstream that ${what} in the handshake`, async (t) => {
    const upstream = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => does(socket));
    });
    const port = await new Promise<number>((resolve) =>
      upstream.listen(0, '127.0.0.1', () => resolve((upstream.address() as AddressInfo).port)),
    );
    t.teardown(() => upstream.close());
    const front = await frontOf(t, { port }, { secure: true, timeouts: { ...PATIENT, connect } });
    const client = await front.connect();
    await checkAnswered(t, { front, client, port }, [what, expected]);
    client.destroy();
  });
}

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
