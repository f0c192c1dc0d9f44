import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

import { createAuthority, issueServer } from '../support/certificates.js';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/front.js';
import { type Config, startGateway } from '../support/gateway.js';
import { bodyOf, startHttp2Upstream } from '../support/http2-upstream.js';
import { proxyConfig } from '../support/proxy-config.js';

const SIZE = 3 * 1024 * 1024;
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const authority = createAuthority('service CA');

for (const secure of [false, true]) {
  test(`requests and large bodies pass, ${secure ? 'over TLS' : 'with prior knowledge'}`, async (t) => {
    const download = randomBytes(SIZE);
    const seen: Record<string, unknown>[] = [];
    const upstream = await startHttp2Upstream(
      (stream, headers) => {
        bodyOf(stream).then((body) => {
          seen.push({ ...headers, body: hash(body) });
          if (headers[':method'] === 'HEAD') {
            stream.respond({ ':status': 200, 'content-length': 7 }, { endStream: true });
          } else if (headers[':path'] === '/nothing') {
            stream.respond({ ':status': 204 }, { endStream: true });
          } else {
            stream.respond({ ':status': 201, 'x-own': 'yes', 'content-type': 'text/plain' });
            stream.end(download);
          }
        });
      },
      secure ? { certificate: issueServer(authority) } : {},
    );
    t.teardown(() => upstream.close());
    const gateway = await startGateway({
      config: (credentials, folder) => {
        writeFileSync(join(folder, 'services.crt'), authority.pem);
        const tls = secure ? { tls: { trust: 'services' } } : {};
        const service = { protocol: 'h2', ...tls };
        const config = proxyConfig(upstream.url, { service, workers: 1 })(credentials);
        const services = { ca: ['services.crt'] };
        return secure ? { ...config, trust: { ...(config.trust as Config), services } } : config;
      },
    });
    t.teardown(() => gateway.stop());
    const { port, credentials } = gateway;
    const upload = randomBytes(SIZE);
    for (const version of VERSIONS) {
      const usual = { port, ...credentials, version };
      const ways: Record<string, string>[] = [
        { 'content-length': `${SIZE}` },
        { 'transfer-encoding': 'chunked' },
      ];
      for (const headers of ways) {
        seen.length = 0;
        const what = { ...usual, method: 'POST', path: '/up?x=%20y', headers, body: upload };
        const reply = await call(what);
        t.equal(reply.status, 201);
        t.equal(reply.headers['x-own'], 'yes');
        t.equal(hash(reply.bytes), hash(download), 'the response is whole');
        const [request] = seen;
        t.match(request, {
          ':method': 'POST',
          ':path': '/up?x=%20y',
          ':scheme': secure ? 'https' : 'http',
          body: hash(upload),
          'x-request-id': reply.headers['x-request-id'],
        });
        t.equal(request?.host, undefined, 'the authority is a pseudo-field');
        t.equal(request?.['transfer-encoding'], undefined);
        t.equal(request?.['content-length'], headers['content-length']);
      }
      const head = await call({ ...usual, method: 'HEAD', path: '/' });
      t.equal(head.headers['content-length'], '7');
      const nothing = await call({ ...usual, path: '/nothing' });
      t.equal(nothing.status, 204);
    }
    t.equal(upstream.connections(), 1, 'all of them on one connection');
  });
}
