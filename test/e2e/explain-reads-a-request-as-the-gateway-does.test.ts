/**
 * Requests that are refused by their head alone, and their neighbours that are not: what `explain` says of each is what the
 * gateway logs.
 */
import { test } from 'tap';
import { runDry } from '../../src/engine/native.js';
import { compileFile } from '../../src/snapshot/compile-file.js';
import { type Config, startGateway, usualConfig } from '../support/gateway.js';
import { RawClient } from '../support/raw-client.js';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly code: string;
}

const asked = (method: string, path: string, code: string): Asked => ({ method, path, code });

/** A path whose target is so many bytes long. */
const long = (bytes: number): string => `/hello/${'a'.repeat(bytes - '/hello/'.length)}`;

const ASKED: readonly Asked[] = [
  asked('GET', '/hello', 'admitted'),
  asked('HEAD', '/hello', 'admitted'),
  asked('GET', '/hello?a=1', 'admitted'),
  asked('GET', '/hello?a=%', 'admitted'),
  asked('GET', '/hello%', 'bad-path'),
  asked('GET', '/a;b', 'bad-path'),
  asked('GET', '/he%00llo', 'bad-path'),
  asked('GET', '/sch\u00f6n', 'malformed-request'),
  asked('GET', '/hello world', 'malformed-request'),
  asked('GET', 'hello', 'malformed-request'),
  asked('GET', '*', 'malformed-request'),
  asked('OPTIONS', '*', 'admitted'),
  asked('GET', 'https://localhost/hello', 'admitted'),
  asked('GET', 'https://elsewhere.test/hello', 'bad-host'),
  asked('GET', 'ftp://localhost/hello', 'malformed-request'),
  asked('CONNECT', '/hello', 'unsupported-method'),
  asked('connect', '/hello', 'unsupported-method'),
  asked('CONNECT', 'localhost:443', 'unsupported-method'),
  asked('TRACE', '/hello', 'method-not-allowed'),
  asked('TRACE', '/traced', 'admitted'),
  asked('TRACK', '/hello', 'method-not-allowed'),
  asked('get', '/hello', 'admitted'),
  asked('get', '/traced', 'method-not-allowed'),
  asked('BREW', '/hello', 'admitted'),
  asked('GE(T', '/hello', 'malformed-request'),
  asked('(GET', '/hello', 'malformed-request'),
  asked('GET', '/nowhere', 'no-route'),
  asked('GET', long(8192), 'no-route'),
  asked('GET', long(8193), 'target-too-long'),
  asked('GET', long(16 * 1024), 'head-too-large'),
];

const configOf = (usual: Config): Config => ({
  ...usual,
  routes: [
    { name: 'hello', match: { path: '/hello' }, allow: ['client'], respond: { status: 200 } },
    {
      name: 'traced',
      match: { path: '/traced', methods: ['TRACE'] },
      allow: ['client'],
      respond: { status: 200 },
    },
  ],
});

test('explain says of every request head what the gateway does', async (t) => {
  const gateway = await startGateway({
    config: (credentials) => configOf(usualConfig(credentials)),
  });
  t.teardown(() => gateway.stop());
  const { credentials, port, log } = gateway;
  const compiled = await compileFile(gateway.configPath);
  if (!compiled.ok) throw new Error('the configuration is broken');

  const explained = ({ method, path }: Asked): string => {
    const { handshake, request } = runDry({
      document: compiled.document,
      listener: 'edge',
      chain: Buffer.from(credentials.client.pem),
      ...{ method, host: 'localhost', path },
      time: Math.floor(Date.now() / 1000),
    });
    return handshake?.code ?? request?.code ?? 'admitted';
  };
  const answered = async ({ method, path }: Asked): Promise<string> => {
    const client = await RawClient.connect({ port, ...credentials });
    await client.send(Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`));
    const response = await client.readResponse({ toHead: method === 'HEAD' });
    client.destroy();
    const id = response.header('X-Request-Id');
    const line = await log.find(({ type, requestId }) => type === 'access' && requestId === id);
    return String(line.code ?? 'admitted');
  };

  for (const request of ASKED) {
    const name = `${request.method} ${request.path.slice(0, 40)} (${request.path.length})`;
    t.same(
      { gateway: await answered(request), explain: explained(request) },
      { gateway: request.code, explain: request.code },
      name,
    );
  }
});
