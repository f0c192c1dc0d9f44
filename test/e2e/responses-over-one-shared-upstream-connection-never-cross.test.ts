import { constants } from 'node:http2';
import { test } from 'tap';

import { bodyOf, startHttp2Upstream } from '../support/http2-upstream.js';
import { seededRandom } from '../support/request-mutations.js';
import { askAsTwoClients, bodyFor } from '../support/two-clients.js';

const SEED = Number(process.env.PINLATCH_TEST_SEED ?? 20261125);
const REQUESTS = 200;
const random = seededRandom(SEED);
const numberOf = (token: string): number => Number(token.split('-')[1]);
// A GOAWAY refuses what comes after it. What has no body, the gateway tries again; a body that has gone it cannot send twice.
const answered = new Set<string>();
const isRefused = (token: string): boolean => bodyFor(token) !== '' && !answered.has(token);
const isReset = (token: string): boolean => numberOf(token) % 7 === 0;
const asked = (): string[] =>
  ['first', 'second'].flatMap((name) => Array.from({ length: REQUESTS }, (_, i) => `${name}-${i}`));

test(`two clients, ${REQUESTS} requests each, some of them reset (seed ${SEED})`, async (t) => {
  const upstream = await startHttp2Upstream(async (stream, headers) => {
    const token = String(headers[':path']).slice(1);
    // What a GOAWAY refuses is taken back, its body perhaps in the middle.
    const body = await bodyOf(stream).catch(() => undefined);
    if (body === undefined) return;
    const answer = (): void => {
      if (stream.destroyed) return;
      if (isReset(token)) return void stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      if (random() < 0.02) stream.session?.goaway();
      answered.add(token);
      stream.respond({ ':status': 200, 'x-seen-by': headers['x-forwarded-client-cert'] });
      const text = `${headers[':path']} ${body}`;
      stream.write(text.slice(0, 3));
      setImmediate(() => stream.end(text.slice(3)));
    };
    if (random() < 0.3) setTimeout(answer, Math.floor(random() * 10));
    else setImmediate(answer);
  });
  t.teardown(() => upstream.close());
  const statusOf = (token: string): number => (isReset(token) || isRefused(token) ? 502 : 200);
  const service = { protocol: 'h2' };
  const asking = { requests: REQUESTS, random, statusOf };
  const { gateway, wrong } = await askAsTwoClients(t, upstream.url, service, asking);
  t.same(wrong, [[], []], 'each got its own answers, under its own name');
  for (const token of asked().filter((each) => !isReset(each) && isRefused(each))) {
    const line = await gateway.log.find(
      ({ type, path }) => type === 'access' && path === `/${token}`,
    );
    t.match(line, { detail: /going away|refused the stream/ }, `${token}: refused, as logged`);
  }
});
