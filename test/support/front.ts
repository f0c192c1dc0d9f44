/**
 * Owns what most tests of HTTP behaviour begin with: a gateway before an upstream, and connections to it as its pinned client.
 */
import type { SecureVersion } from 'node:tls';
import type { Test } from 'tap';
import type { LogLine } from './child-output.js';
import { startGateway, type TestGateway } from './gateway.js';
import { connectHttp, type HttpConnection } from './http-connection.js';
import { type ProxyOptions, proxyConfig } from './proxy-config.js';
import { type RawCall, RawClient } from './raw-client.js';

/** VERSIONS are what every behaviour is tried on. */
export const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const satisfies readonly SecureVersion[];

export interface Front {
  readonly gateway: TestGateway;
  connect(version?: SecureVersion): Promise<HttpConnection>;
  /** connectRaw is for what only HTTP/1.1 has. */
  connectRaw(version?: SecureVersion): Promise<RawClient>;
  /** access resolves with the access line of a request. */
  access(requestId: string | undefined): Promise<LogLine>;
}

/** startFront starts a gateway that ends with the test. */
export async function startFront(
  t: Test,
  upstream: string,
  options: ProxyOptions = {},
): Promise<Front> {
  const gateway = await startGateway({ config: proxyConfig(upstream, options) });
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const callOf = (version?: SecureVersion): RawCall => ({
    ...{ port, authority, client },
    ...(version === undefined ? {} : { version }),
  });
  return {
    gateway,
    connect: (version) => connectHttp(callOf(version)),
    connectRaw: (version) => RawClient.connect(callOf(version)),
    access: (id) => gateway.log.find((line) => line.type === 'access' && line.requestId === id),
  };
}

/** get is the text of a plain request. */
export function get(path: string, ...lines: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: a', ...lines, '', ''].join('\r\n');
}

/** post is the text of a request with a body. */
export function post(path: string, body: string, ...lines: readonly string[]): string {
  const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`;
  return [`POST ${path} HTTP/1.1`, 'Host: a', length, ...lines, '', body].join('\r\n');
}
