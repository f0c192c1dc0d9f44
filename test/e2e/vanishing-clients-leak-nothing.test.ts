/**
 * Clients vanish in every phase of a connection, in every way that TCP has, on both protocol versions: each time the
 * gateway notices, says what happened, lets go of the service behind it, and holds nothing more for them.
 */
import type { Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import t from 'tap';
import type { LogLine } from '../support/child-output.js';
import {
  type Config,
  type Credentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { MoodyService } from '../support/moody-service.js';
import {
  countingEnv,
  eventually,
  NOTHING_OPEN,
  nothingLeftOpen,
  openDescriptors,
} from '../support/vital-signs.js';
import {
  clientHello,
  ENDINGS,
  openTcp,
  openTls,
  untilReceived,
  vanish,
} from '../support/wire-client.js';

const CLIENTS = 3;
const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

/** Phase brings a client as far as that; what it leaves in the log is `code`, where there is anything to tell. */
interface Phase {
  readonly name: string;
  readonly code?: string;
  readonly reach: (stage: Stage) => Promise<Socket>;
}

interface Stage {
  readonly gateway: TestGateway;
  readonly service: MoodyService;
  readonly version: SecureVersion;
}

const request = (line: string, ...fields: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n');

/** saying sends bytes on a new connection and waits for an answer to contain `until`, or for the service to be reached. */
function saying(bytes: string, until?: string): Phase['reach'] {
  return async ({ gateway, service, version }) => {
    const { heads } = service;
    const { tls, tcp } = await openTls(gateway, version);
    await new Promise<void>((resolve) => tls.write(bytes, () => resolve()));
    if (until === undefined) return tcp;
    if (until === 'service') {
      await eventually(
        () => service.heads,
        (now) => now > heads,
      );
    } else {
      await untilReceived(tls, until);
    }
    return tcp;
  };
}

const PHASES: readonly Phase[] = [
  {
    name: 'after connecting', // a connection without a byte is counted, and leaves no line
    reach: ({ gateway }) => openTcp(gateway.port),
  },
  {
    name: 'in the middle of the ClientHello',
    code: 'handshake-aborted',
    reach: async ({ gateway, version }) => {
      const tcp = await openTcp(gateway.port);
      tcp.write((await clientHello(version)).subarray(0, 60));
      return tcp;
    },
  },
  {
    name: 'in the middle of the handshake',
    code: 'handshake-aborted',
    reach: async ({ gateway, version }) => {
      const tcp = await openTcp(gateway.port);
      tcp.write(await clientHello(version));
      await untilReceived(tcp, '\x16\x03');
      return tcp;
    },
  },
  { name: 'after the handshake', reach: saying('') },
  { name: 'in the middle of a head', reach: saying('GET /api/x HTTP/1.1\r\nHost: loc') },
  {
    name: 'in the middle of a body with a length',
    code: 'client-closed',
    reach: saying(`${request('POST /api/silence', 'Content-Length: 50')}abc`, 'service'),
  },
  {
    name: 'in the middle of a chunk',
    code: 'client-closed',
    reach: saying(
      `${request('POST /api/silence', 'Transfer-Encoding: chunked')}5\r\nab`,
      'service',
    ),
  },
  {
    name: 'after 100 Continue',
    code: 'client-closed',
    reach: saying(
      request('POST /api/silence', 'Expect: 100-continue', 'Content-Length: 5'),
      'HTTP/1.1 100 Continue\r\n\r\n',
    ),
  },
  {
    name: 'while waiting for the response',
    code: 'client-closed',
    reach: saying(request('GET /api/silence'), 'service'),
  },
  {
    name: 'in the middle of a download that it has stopped reading',
    code: 'client-closed',
    reach: saying(request('GET /api/flood'), 'xxxx'),
  },
  { name: 'between two requests', reach: saying(request('GET /api/x'), 'ok') },
];

/** Unused connections to the service are not kept, so that what it still has open belongs to somebody. */
const config =
  (url: string) =>
  (credentials: Credentials): Config => ({
    ...usualConfig(credentials),
    ...usualConfig(credentials, url),
    watch: false, // it opens a descriptor some time after the start
    upstreams: { service: { endpoints: [url], timeouts: { keepAlive: '0s' } } },
  });

const codesOf = (lines: readonly LogLine[]): readonly unknown[] =>
  lines.map(({ code }) => code).filter((code) => code !== undefined);

t.test('clients vanish', { timeout: 120_000 }, async (t) => {
  const service = await MoodyService.start();
  t.teardown(() => service.close());
  const gateway = await startGateway({ config: config(service.url), env: countingEnv });
  t.teardown(() => gateway.stop());
  const descriptors = openDescriptors(gateway.pid);

  for (const { name, code, reach } of PHASES) {
    for (const ending of ENDINGS) {
      await t.test(`${name} (${ending})`, async (t) => {
        const from = gateway.log.lines.length;
        const stages = VERSIONS.flatMap((version) =>
          Array.from({ length: CLIENTS }, () => ({ gateway, service, version })),
        );
        for (const stage of stages) vanish(await reach(stage), ending);
        t.same(await nothingLeftOpen(gateway), NOTHING_OPEN);
        const expected = code === undefined ? [] : stages.map(() => code);
        const codes = (): readonly unknown[] => codesOf(gateway.log.lines.slice(from));
        t.same(await eventually(codes, ({ length }) => length >= expected.length), expected);
        t.equal(
          await eventually(
            () => service.open,
            (open) => open === 0,
          ),
          0,
          'service let go',
        );
      });
    }
  }

  const left = await eventually(
    () => openDescriptors(gateway.pid),
    (count) => count <= descriptors,
  );
  t.equal(left, descriptors, 'every descriptor is closed');
});
