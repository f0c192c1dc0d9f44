import { test } from 'tap';
import { call } from '../support/client.js';
import { startGateway, usualConfig } from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { startUpstream } from '../support/upstream.js';

test('a client that comes back by ticket is known to routes, upstreams and logs as before', async (t) => {
  const upstream = await startUpstream((request, response) => {
    response.end(String(request.headers['x-forwarded-client-cert']));
  });
  t.teardown(() => upstream.close());
  const gateway = await startGateway({
    config: (credentials) => {
      const usual = usualConfig(credentials, upstream.url);
      const { edge } = usual.listeners as { edge: object };
      return { ...usual, listeners: { edge: { ...edge, forwardIdentity: ['envoy'] } } };
    },
  });
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    const first = await RawClient.connect({ port, authority, client, version });
    t.notOk(first.resumed, version);
    const session = await first.ticket();
    first.destroy();

    // Every worker takes it, whether or not the client has its certificate with it.
    for (const own of [{ client }, {}, {}, { client }]) {
      const again = await RawClient.connect({ port, authority, version, session, ...own });
      t.ok(again.resumed, version);
      await again.send('GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n');
      const response = await again.readResponse();
      t.equal(response.status, 200, version);
      const requestId = response.header('x-request-id');
      again.destroy();
      const logged = await gateway.log.find(
        (line) => line.type === 'access' && line.requestId === requestId,
      );
      const fingerprint = `sha256:${client.sha256}`;
      t.match(logged, { resumed: true, fingerprint, client: 'client', tls: version.slice(4) });
    }
    const { status, body } = await call({ port, authority, version, session, path: '/api/who' });
    t.equal(status, 200);
    t.match(body, `Hash=${client.sha256}`, version);
  }
  const full = await call({ port, authority, client, path: '/hello' });
  const logged = await gateway.log.find(
    ({ type, requestId }) => type === 'access' && requestId === full.headers['x-request-id'],
  );
  t.equal(logged.resumed, undefined, 'what is not so is not said');
});
