/**
 * Owns the question whether two clients get each their own answers: requests that are told apart by a token, sent in bursts on
 * connections that come and go.
 */
import type { SecureVersion } from 'node:tls';
import type { Test } from 'tap';
import { type IssuedCertificate, issueClient } from './certificates.js';
import { VERSIONS } from './front.js';
import { type Config, makeCredentials, startGateway, type TestGateway } from './gateway.js';
import { connectHttp, type HttpConnection } from './http-connection.js';
import { proxyConfig } from './proxy-config.js';

/** bodyFor is the body of the request with this token: none, short or long. */
export function bodyFor(token: string): string {
  const number = Number(token.split('-')[1]);
  return number % 3 === 0 ? '' : token.repeat(1 + (number % 50));
}

function requestFor(token: string): string {
  const body = bodyFor(token);
  if (body === '') return `GET /${token} HTTP/1.1\r\nHost: a\r\n\r\n`;
  return `POST /${token} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

export interface Asking {
  readonly port: number;
  readonly authority: IssuedCertificate;
  readonly client: IssuedCertificate;
  readonly version: SecureVersion;
  readonly name: string;
  readonly requests: number;
  readonly random: () => number;
  /** The status that a token must get; left out: 200 for all. */
  readonly statusOf?: (token: string) => number;
}

/** wrongAnswers sends requests named after `name` and returns what came back that should not have. */
async function wrongAnswers(asking: Asking): Promise<unknown[]> {
  const { client, name, requests, random, statusOf = () => 200 } = asking;
  const below = (bound: number): number => Math.floor(random() * bound);
  const wrong: unknown[] = [];
  let connection: HttpConnection | undefined;
  for (let done = 0; done < requests; ) {
    connection ??= await connectHttp(asking);
    const tokens = Array.from(
      { length: Math.min(1 + below(5), requests - done) },
      (_, i) => `${name}-${done + i}`,
    );
    await connection.send(tokens.map((token) => requestFor(token)).join(''));
    for (const token of tokens) {
      const { status, body, header } = await connection.readResponse();
      const mine = header('x-seen-by')?.includes(client.sha256) === true;
      const fits =
        status === statusOf(token) &&
        (status !== 200 || (mine && body.toString() === `/${token} ${bodyFor(token)}`));
      if (!fits) wrong.push({ token, status, body: body.toString(), seenBy: header('x-seen-by') });
    }
    done += tokens.length;
    if (random() < 0.1) {
      connection.destroy();
      connection = undefined;
    }
  }
  connection?.destroy();
  return wrong;
}

/**
 * askAsTwoClients starts a gateway of one worker before an upstream with these settings, asks it as "first" and as "second" at
 * once, and returns what each got wrong. The upstream is told who asks, and says so in x-seen-by.
 */
export async function askAsTwoClients(
  t: Test,
  upstream: string,
  service: Config,
  asking: Pick<Asking, 'requests' | 'random' | 'statusOf'>,
): Promise<{ readonly gateway: TestGateway; readonly wrong: unknown[][] }> {
  const credentials = makeCredentials();
  const { authority, client } = credentials;
  const other = issueClient(authority, 'other client');
  const config = proxyConfig(upstream, {
    workers: 1,
    forwardIdentity: ['envoy'],
    service,
    clients: { other: { pins: [`sha256:${other.sha256}`] } },
    allow: ['client', 'other'],
  });
  const gateway = await startGateway({ credentials, config });
  t.teardown(() => gateway.stop());
  const usual = { ...asking, port: gateway.port, authority };
  const wrong = await Promise.all([
    wrongAnswers({ ...usual, client, version: VERSIONS[0], name: 'first' }),
    wrongAnswers({ ...usual, client: other, version: VERSIONS[1], name: 'second' }),
  ]);
  return { gateway, wrong };
}
