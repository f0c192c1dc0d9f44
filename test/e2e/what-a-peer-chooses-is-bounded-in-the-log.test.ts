/**
 * However long the texts and lists of a client are, and whatever bytes they hold, its lines are valid JSON, of a bounded
 * length, and say where something was cut; people can read them, and `explain` explains them.
 */
import { test } from 'tap';
import { formatForPeople } from '../../src/telemetry/human-format.js';
import { issueCertificate, issueClient } from '../support/certificates.js';
import type { LogLine } from '../support/child-output.js';
import { call } from '../support/client.js';
import { runPinlatch, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { largestRefusable, meetRefusal } from '../support/largest-refusable.js';
import { RawClient } from '../support/raw-client.js';

const MOST_LINE = 6 * 1024;
const CUT = '…';

const textOf = ({ log }: TestGateway, fits: (line: LogLine) => boolean): string[] =>
  log.text.filter((line) => fits(JSON.parse(line)));

async function explain({ folder }: TestGateway, socket: string, id: unknown): Promise<string> {
  const program = runPinlatch(['explain', String(id), '--socket', socket], { cwd: folder });
  await program.exited;
  return [...program.output.text, ...program.errors.text].join('\n');
}

async function start() {
  const gateway = await startGateway({
    drainTimeout: '50ms',
    config: (credentials, folder) => {
      const usual = usualConfig(credentials);
      const { edge } = usual.listeners as { edge: object };
      return {
        ...usual,
        admin: { socket: `${folder}/admin.sock` },
        listeners: { edge: { ...edge, clientAuth: 'optional' } },
      };
    },
  });
  await gateway.log.event('admin-listening');
  return { gateway, socket: `${gateway.folder}/admin.sock` };
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a certificate full of names is told of in bounds, over ${version}`, async (t) => {
    const { gateway, socket } = await start();
    t.teardown(() => gateway.stop());
    const { port, credentials, log } = gateway;
    const client = largestRefusable();
    await meetRefusal({ port, authority: credentials.authority, client, version });
    const line = await log.find(({ event }) => event === 'handshake-refused');
    const [text = ''] = textOf(gateway, ({ event }) => event === 'handshake-refused');
    t.ok(Buffer.byteLength(text) < MOST_LINE, `${Buffer.byteLength(text)} bytes`);
    const names = line.sanDns as string[];
    t.ok(
      names.some((name) => name.endsWith(CUT)),
      'a name that was cut says so',
    );
    t.match(names.at(-1), /^… and \d+ more$/);
    t.equal(line.fingerprint, `sha256:${client.sha256}`, 'what it takes to pin it is whole');
    t.notMatch(formatForPeople(text, { colour: false }), /[\p{Cc}\p{Cf}]/u);
    const said = await explain(gateway, socket, line.handshakeId);
    t.match(said, /unknown-ca: /);
    t.match(said, new RegExp(client.sha256.slice(0, 8).match(/../g)?.join(':') ?? '', 'i'));
  });
}

test('a refused client with long names is told of in bounds, findings included', async (t) => {
  const { gateway, socket } = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  const { authority } = credentials;
  const client = issueClient(
    authority,
    Array.from({ length: 20 }, () => ['OU', 'ü'.repeat(60)] as const),
  );
  const { body, status } = await call({ port, authority, client, path: '/hello' });
  t.equal(status, 403);
  const { requestId } = JSON.parse(body);
  await gateway.log.find(({ type, requestId: id }) => type === 'access' && id === requestId);
  const lines = textOf(gateway, (line) => line.requestId === requestId);
  t.equal(lines.length, 2);
  for (const line of lines) {
    t.ok(Buffer.byteLength(line) < MOST_LINE, `${Buffer.byteLength(line)} bytes`);
    t.match(JSON.parse(line).subject, /ü…$/);
    t.notMatch(line, /ufffd/, 'no character is cut in two');
  }
  t.match(await explain(gateway, socket, requestId), /not-pinned/);
});

test('a request with the largest method, host and path is told of in bounds', async (t) => {
  const { gateway } = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const long = 'x'.repeat(4500);
  const heads = [
    `${long} /hello HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `GET /hello HTTP/1.1\r\nHost: ${long}\r\n\r\n`,
    `GET /${long} HTTP/1.1\r\nHost: ${long}\r\n\r\n`,
  ];
  for (const head of heads) {
    const client = await RawClient.connect({ port, authority: credentials.authority });
    await client.send(head);
    const answer = await client.readResponse();
    t.ok(answer.status >= 400);
    const { requestId } = JSON.parse(answer.body.toString());
    await log.find(({ requestId: id }) => id === requestId);
    const [line = ''] = textOf(gateway, ({ requestId: id }) => id === requestId);
    t.ok(Buffer.byteLength(line) < MOST_LINE, `${Buffer.byteLength(line)} bytes`);
    client.destroy();
  }
});

test('a serial of any length is told of in bounds', async (t) => {
  const { gateway } = await start();
  t.teardown(() => gateway.stop());
  const { port, credentials, log } = gateway;
  const client = issueCertificate({ subject: 'x', serial: 2n ** 40_000n });
  await meetRefusal({ port, authority: credentials.authority, client });
  await log.find(({ event }) => event === 'handshake-refused');
  const [text = ''] = textOf(gateway, ({ event }) => event === 'handshake-refused');
  t.ok(Buffer.byteLength(text) < MOST_LINE, `${Buffer.byteLength(text)} bytes`);
});
