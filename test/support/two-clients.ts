/**
 * Owns the question whether two clients get each their own answers: requests that are told apart by a token, sent in bursts on
 * connections that come and go.
 */
import type { SecureVersion } from 'node:tls';
import type { IssuedCertificate } from './certificates.js';
import { RawClient } from './raw-client.js';

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
export async function wrongAnswers(asking: Asking): Promise<unknown[]> {
  const { client, name, requests, random, statusOf = () => 200 } = asking;
  const below = (bound: number): number => Math.floor(random() * bound);
  const wrong: unknown[] = [];
  let connection: RawClient | undefined;
  for (let done = 0; done < requests; ) {
    connection ??= await RawClient.connect(asking);
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
