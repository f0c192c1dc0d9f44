import { test } from 'tap';

import { seededRandom } from '../support/request-mutations.js';
import { askAsTwoClients } from '../support/two-clients.js';
import { startUpstream } from '../support/upstream.js';

const SEED = Number(process.env.PINLATCH_TEST_SEED ?? 20261122);
const REQUESTS = 200;
const random = seededRandom(SEED);
const below = (bound: number): number => Math.floor(random() * bound);

test(`two clients, ${REQUESTS} requests each, in any order of answers (seed ${SEED})`, async (t) => {
  // One worker and few kept connections: everything is shared that can be.
  const upstream = await startUpstream(({ url, headers, body }, response) => {
    const answer = (): void => {
      response.setHeader('x-seen-by', String(headers['x-forwarded-client-cert']));
      const text = `${url} ${body}`;
      if (random() < 0.5) return void response.end(text);
      response.write(text.slice(0, 3));
      setImmediate(() => response.end(text.slice(3)));
    };
    if (random() < 0.3) setTimeout(answer, below(10));
    else setImmediate(answer);
  });
  t.teardown(() => upstream.close());
  const asking = { requests: REQUESTS, random };
  const { wrong } = await askAsTwoClients(t, upstream.url, { maxIdle: 1 }, asking);
  t.same(wrong, [[], []], 'each got its own answers, under its own name');
  t.equal(upstream.requests.length, 2 * REQUESTS);
});
