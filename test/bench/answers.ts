/**
 * Owns the check that a peer does the job: the right answers to the right client, none to others. Without it the
 * fastest server would be one that refuses.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { BODIES, PROXIED_PATH, STATIC_BODY, STATIC_PATH } from './peers/peer.js';
import type { KeyPairFiles, Pki } from './pki.js';
import type { TlsVersion } from './settings.js';
import { UPSTREAM_BODY } from './upstream.js';

const TIMEOUT_MS = 5000;

export interface Answer {
  readonly status: number;
  /** A character for each byte. */
  readonly body: string;
}

export interface Target {
  readonly port: number;
  readonly pki: Pki;
  readonly tls: TlsVersion;
}

/** fetchAnswer makes one request on a connection of its own, verifying the server; `client` may be none. */
export function fetchAnswer(
  target: Target,
  path: string,
  client: KeyPairFiles | undefined,
): Promise<Answer> {
  const certificate =
    client === undefined
      ? {}
      : { cert: readFileSync(client.certificate), key: readFileSync(client.key) };
  const version = `TLSv${target.tls}` as const;
  const options = {
    ...certificate,
    host: '127.0.0.1',
    port: target.port,
    path,
    agent: false,
    ca: readFileSync(target.pki.ca),
    minVersion: version,
    maxVersion: version,
    timeout: TIMEOUT_MS,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    outgoing.on('error', reject).end();
  });
}

async function expectAnswer(target: Target, path: string, body: string): Promise<void> {
  const answer = await fetchAnswer(target, path, target.pki.client);
  if (answer.status !== 200 || answer.body !== body) {
    throw new Error(`${path}: expected 200 ${body}, got ${answer.status} ${answer.body}`);
  }
}

async function expectLength(target: Target, path: string, bytes: number): Promise<void> {
  const answer = await fetchAnswer(target, path, target.pki.client);
  if (answer.status !== 200 || answer.body.length !== bytes) {
    throw new Error(
      `${path}: expected 200 and ${bytes} bytes, got ${answer.status} and ${answer.body.length}`,
    );
  }
}

// nginx completes the handshake and answers 400; the others end the handshake with an alert. Either refuses. That
// nobody listens any more is no refusal: that check follows the ones that must succeed, and they are repeated after it.
async function expectRefusal(
  target: Target,
  client: KeyPairFiles | undefined,
  who: string,
): Promise<void> {
  const answer = await fetchAnswer(target, STATIC_PATH, client).catch(() => undefined);
  if (answer !== undefined && answer.status < 400) {
    throw new Error(`a client ${who} was answered with ${answer.status}`);
  }
}

/** checkAnswers throws unless the server answers and refuses as it should. */
export async function checkAnswers(target: Target): Promise<void> {
  await expectAnswer(target, STATIC_PATH, STATIC_BODY);
  await expectRefusal(target, undefined, 'without a certificate');
  await expectRefusal(target, target.pki.stranger, "with another CA's certificate");
  await expectAnswer(target, STATIC_PATH, STATIC_BODY);
  await expectAnswer(target, PROXIED_PATH, UPSTREAM_BODY);
  for (const { path, bytes } of BODIES) {
    await expectLength(target, path, bytes);
  }
}
