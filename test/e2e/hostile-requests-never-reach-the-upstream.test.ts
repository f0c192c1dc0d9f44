import { test } from 'tap';

import { type LogLine, startGateway, usualConfig } from '../support/gateway.js';
import { type HostileRequest, readHostileRequests } from '../support/http-vectors.js';
import { inParallel } from '../support/in-parallel.js';
import { RawClient } from '../support/raw-client.js';
import { startRecordingUpstream } from '../support/recording-upstream.js';
import { type StrictRequest, valuesOf } from '../support/strict-http-reader.js';

const vectors = readHostileRequests();
const skip =
  vectors === undefined ? 'the vectors are not at hand (../shared/vectors/http1-requests.jsonl)' : false;

const proxyEverything = (upstream: string) => (credentials: Parameters<typeof usualConfig>[0]) => ({
  ...usualConfig(credentials, upstream),
  routes: [{ name: 'all', match: { path: '/*' }, allow: ['client'], proxy: 'service' }],
});

/** idOf returns the request's own id, which is also in the log. */
function idOf(request: StrictRequest): string {
  const ids = valuesOf(request.fields, 'x-request-id');
  return ids.length === 1 ? `${ids[0]}` : `${ids.length} ids`;
}

interface Delivery {
  readonly vector: HostileRequest;
  /** Where the payload is cut, so that its parts come apart; 0: nowhere. */
  readonly cut: number;
}

/** outcomesOf runs all deliveries against one gateway and returns what each side saw. */
async function outcomesOf(deliveries: readonly Delivery[], version: 'TLSv1.2' | 'TLSv1.3') {
  const upstream = await startRecordingUpstream();
  const gateway = await startGateway({ config: proxyEverything(upstream.url) });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const remotes = await inParallel(deliveries, 16, async ({ vector, cut }) => {
    const connection = await RawClient.connect({ port, authority, client, version });
    await connection.send(vector.bytes.subarray(0, cut));
    if (cut > 0) await new Promise((resolve) => setImmediate(resolve));
    await connection.send(vector.bytes.subarray(cut));
    connection.end();
    await connection.closed;
    return connection.remote;
  });
  await gateway.stop();
  const received = upstream.judged();
  await upstream.close();
  const access = gateway.log.lines.filter(({ type }) => type === 'access');
  return { received, access, remotes };
}

const reachedUpstream = (line: LogLine) => line['upstream'] !== undefined && line['code'] === undefined;

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: the upstream gets nothing but authorised, sound requests`, { skip }, async (t) => {
    const deliveries = (vectors ?? []).map((vector, index) => ({
      vector,
      // Whole on one version; on the other cut anywhere, always at the same place.
      cut: version === 'TLSv1.3' ? 0 : (index * 7919) % vector.bytes.length,
    }));
    const { received, access, remotes } = await outcomesOf(deliveries, version);

    const violations = received.filter(({ violation }) => violation !== undefined);
    t.same(violations, [], 'a strict reader takes all that was forwarded');

    const sent = access.filter(reachedUpstream);
    const requests = received.flatMap((connection) => connection.requests);
    t.same(
      requests.map((request) => [idOf(request), request.method, request.target.split('?')[0]]).sort(),
      sent.map(({ requestId, method, path }) => [requestId, method, path]).sort(),
      'each is in the access log under its id, method and path, and nothing else is',
    );
    t.same(
      sent.filter(({ status, client }) => status !== 200 || client !== 'client'),
      [],
      'each was authorised',
    );
    const unknown = access.filter(({ remote }) => !remotes.includes(String(remote)));
    t.same(unknown, [], 'each belongs to a payload');

    const cutShort = received.filter(({ unfinished }) => unfinished.length > 0);
    const forwarded = new Set(sent.map(({ remote }) => remote)).size;
    t.comment(
      `${deliveries.length} payloads: ${forwarded} led to ${sent.length} requests, ${deliveries.length - forwarded} were refused; ${cutShort.length} unfinished`,
    );
    for (const { unfinished } of cutShort) t.comment(JSON.stringify(unfinished.toString('latin1')));
  });
}
