import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';

import { startFront } from '../support/front.js';
import { startUpstream } from '../support/upstream.js';

const run = promisify(execFile);
const SIZE = 3_000_000;

test('curl and nghttp, as Debian has them, get over HTTP/2 what curl gets over HTTP/1.1', async (t) => {
  const content = randomBytes(SIZE);
  const upstream = await startUpstream(({ method, url, body }, response) => {
    response.setHeader('x-said', `${method} ${url}`);
    if (url === '/gone') response.statusCode = 404;
    response.end(method === 'POST' ? body : content);
  });
  t.teardown(() => upstream.close());
  const { gateway } = await startFront(t, upstream.url);
  const { client, authority } = gateway.credentials;
  const folder = t.testdir({
    'client.crt': client.pem,
    'client.key': client.keyPem,
    'ca.crt': authority.pem,
  });
  writeFileSync(join(folder, 'body'), content);
  const at = (name: string): string => join(folder, name);
  const origin = `https://localhost:${gateway.port}`;

  const curl = async (protocol: string, path: string, ...more: readonly string[]) => {
    const pair = ['--cert', at('client.crt'), '--key', at('client.key'), '--cacert', at('ca.crt')];
    const shown = ['-sS', '-o', at('out'), '-w', '%{http_version} %{http_code} %header{x-said}'];
    const { stdout } = await run('curl', [
      `--${protocol}`,
      ...pair,
      ...shown,
      ...more,
      `${origin}${path}`,
    ]);
    const [version, ...rest] = stdout.split(' ');
    return { version, said: rest.join(' '), body: readFileSync(at('out')) };
  };
  for (const [path, ...more] of [
    ['/some/file'],
    ['/gone'],
    ['/upload', '--data-binary', `@${at('body')}`],
    ['/a%2Fb'],
    ['/x', '-X', 'DELETE'],
  ] as const) {
    const over1 = await curl('http1.1', path, ...more);
    const over2 = await curl('http2', path, ...more);
    t.equal(over1.version, '1.1');
    t.equal(over2.version, '2', path);
    t.equal(over2.said, over1.said);
    if (path !== '/a%2Fb') t.ok(over2.body.equals(over1.body), `${path}: the same body`);
  }

  const pair = [`--cert=${at('client.crt')}`, `--key=${at('client.key')}`];
  const { stdout } = await run('nghttp', ['-nvy', ...pair, `${origin}/a`, `${origin}/b`], {
    maxBuffer: 1 << 24,
  });
  t.equal(stdout.match(/recv \(stream_id=\d+\) :status: 200/g)?.length, 2);
  t.notMatch(stdout, /GOAWAY.*error_code=(?!NO_ERROR)/);
});
