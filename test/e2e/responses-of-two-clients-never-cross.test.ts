import { test } from 'tap';

import { issueClient } from '../support/certificates.js';
import { VERSIONS } from '../support/front.js';
import { makeCredentials, startGateway } from '../support/gateway.js';
import { proxyConfig } from '../support/proxy-config.js';
import { RawClient } from '../support/raw-client.js';
import { seededRandom } from '../support/request-mutations.js';
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
  const credentials = makeCredentials();
  const other = issueClient(credentials.authority, 'other client');
  const gateway = await startGateway({
    credentials,
    config: proxyConfig(upstream.url, {
      workers: 1,
      forwardIdentity: ['envoy'],
      service: { maxIdle: 1 },
      clients: { other: { pins: [`sha256:${other.sha256}`] } },
      allow: ['client', 'other'],
    }),
  });
  t.teardown(() => gateway.stop());

  const run = async (client: typeof other, version: 'TLSv1.2' | 'TLSv1.3', name: string) => {
    const wrong: unknown[] = [];
    let connection: RawClient | undefined;
    for (let done = 0; done < REQUESTS; ) {
      connection ??= await RawClient.connect({
        port: gateway.port,
        authority: credentials.authority,
        client,
        version,
      });
      const tokens = Array.from(
        { length: Math.min(1 + below(5), REQUESTS - done) },
        (_, i) => `${name}-${done + i}`,
      );
      await connection.send(tokens.map((token) => requestFor(token)).join(''));
      for (const token of tokens) {
        const { status, body, header } = await connection.readResponse();
        const expected = `/${token} ${bodyFor(token)}`;
        const mine = header('x-seen-by')?.includes(client.sha256) === true;
        if (status !== 200 || body.toString() !== expected || !mine) {
          wrong.push({ token, status, body: body.toString(), seenBy: header('x-seen-by') });
        }
      }
      done += tokens.length;
      if (random() < 0.1) {
        connection.destroy();
        connection = undefined;
      }
    }
    connection?.destroy();
    return wrong;
  };

  const clients = [
    run(credentials.client, VERSIONS[0], 'first'),
    run(other, VERSIONS[1], 'second'),
  ];
  t.same(await Promise.all(clients), [[], []], 'each got its own answers, under its own name');
  t.equal(upstream.requests.length, 2 * REQUESTS);
});

function bodyFor(token: string): string {
  const number = Number(token.split('-')[1]);
  return number % 3 === 0 ? '' : token.repeat(1 + (number % 50));
}

function requestFor(token: string): string {
  const body = bodyFor(token);
  if (body === '') return `GET /${token} HTTP/1.1\r\nHost: a\r\n\r\n`;
  return `POST /${token} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
