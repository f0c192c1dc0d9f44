import { test } from 'tap';

import type { LogLine } from '../support/child-output.js';
import { startGateway } from '../support/gateway.js';
import { type HostileRequest, readHostileRequests } from '../support/http-vectors.js';
import { inParallel } from '../support/in-parallel.js';
import { proxyConfig } from '../support/proxy-config.js';
import { addressOf, RawClient } from '../support/raw-client.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import { type StrictRequest, valuesOf } from '../support/strict-http-reader.js';

const vectors = readHostileRequests();
const skip =
  vectors === undefined
    ? 'no ../shared/vectors/http1-requests.jsonl beside this repository'
    : false;

/** Way is how a client delivers its payload. */
interface Way {
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  /** The payload comes in two pieces, cut anywhere. */
  readonly inPieces: boolean;
  /** The client waits until the gateway closes, instead of saying that it has sent everything. */
  readonly patient: boolean;
}

async function deliver(connection: RawClient, { bytes }: HostileRequest, cut: number) {
  await connection.send(bytes.subarray(0, cut));
  if (cut > 0) await new Promise((resolve) => setImmediate(resolve));
  await connection.send(bytes.subarray(cut));
}

/** outcomesOf sends every vector on a connection of its own and returns what the upstream and the log saw. */
async function outcomesOf({ version, inPieces, patient }: Way) {
  const upstream = await startRecordingUpstream();
  const timeouts = { head: '1s', body: '1s', idle: '1s' };
  const gateway = await startGateway({ config: proxyConfig(upstream.url, { timeouts }) });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const remotes = await inParallel(vectors ?? [], patient ? 64 : 16, async (vector, index) => {
    const localAddress = addressOf(index);
    const connection = await RawClient.connect({ port, authority, client, version, localAddress });
    await deliver(connection, vector, inPieces ? (index * 7919) % vector.bytes.length : 0);
    if (!patient) connection.end();
    await connection.closed;
    return connection.remote;
  });
  await gateway.stop();
  const received = upstream.judged();
  await upstream.close();
  const access = gateway.log.lines.filter(({ type }) => type === 'access');
  return { received, access, remotes };
}

function idOf(fields: StrictRequest['fields']): string {
  const ids = valuesOf(fields, 'x-request-id');
  return ids.length === 1 ? `${ids[0]}` : `${ids.length} ids`;
}

const wasAnswered = (line: LogLine) => line.upstream !== undefined && line.code === undefined;

const WAYS: readonly Way[] = [
  { version: 'TLSv1.3', inPieces: false, patient: false },
  { version: 'TLSv1.2', inPieces: true, patient: true },
];

for (const way of WAYS) {
  const how = `${way.version}, ${way.inPieces ? 'in pieces' : 'whole'}, ${way.patient ? 'waiting' : 'leaving'}`;
  test(`${how}: the upstream gets sound, authorised requests and nothing else`, {
    skip,
  }, async (t) => {
    const { received, access, remotes } = await outcomesOf(way);

    const violations = received.filter(({ violation }) => violation !== undefined);
    t.same(violations, [], 'a strict reader takes all that was forwarded');

    const answered = access.filter(wasAnswered);
    const requests = received.flatMap((connection) => connection.requests);
    t.same(
      requests
        .map(({ fields, method, target }) => [idOf(fields), method, target.split('?')[0]])
        .sort(),
      answered.map(({ requestId, method, path }) => [requestId, method, path]).sort(),
      'each is in the access log under its id, method and path, and the log has no other',
    );
    const notAdmitted = answered.filter(
      ({ status, client }) => status !== 200 || client !== 'client',
    );
    t.same(notAdmitted, [], 'each was authorised');
    const stray = access.filter(({ remote }) => !remotes.includes(String(remote)));
    t.same(stray, [], 'each belongs to a payload');

    // A body that streams cannot be called back when the client stops in the middle of it: the upstream sees a sound
    // beginning, the end of the connection, and nobody gets an answer from it.
    const unfinished = received.filter((connection) => connection.unfinished.length > 0);
    const given = new Set(
      access.filter(({ code }) => code !== undefined).map((line) => line.requestId),
    );
    for (const { unfinished: bytes } of unfinished) {
      const id = /\r\nX-Request-Id: ([0-9a-f]{32})\r\n/.exec(bytes.toString('latin1'))?.[1];
      t.ok(given.has(id), `${id}, of which only the beginning came, was given up`);
    }
    const forwarded = new Set(answered.map(({ remote }) => remote)).size;
    t.ok(forwarded > 0 && forwarded < remotes.length / 10, 'most are refused, sound ones are not');
    t.comment(
      `${remotes.length} payloads: ${forwarded} forwarded (${answered.length} requests), ${remotes.length - forwarded} refused, ${unfinished.length} broken off`,
    );
  });
}
