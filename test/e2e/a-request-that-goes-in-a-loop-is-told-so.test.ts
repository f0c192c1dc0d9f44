import { connect, createServer, type Server } from 'node:net';
import { test } from 'tap';
import { call } from '../support/client.js';
import { startGateway, usualConfig } from '../support/gateway.js';

/** A listener on a port that leads to another one, which may be known later. */
async function startLead(): Promise<{ url: string; to: (port: number) => void; server: Server }> {
  let target = 0;
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1');
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const to = (wanted: number): void => {
    target = wanted;
  };
  return { url: `https://127.0.0.1:${port}`, to, server };
}

test('an upstream that is the gateway itself ends after a few rounds, with 508 and words that name the loop', async (t) => {
  const lead = await startLead();
  t.teardown(() => lead.server.close());
  const gateway = await startGateway({
    config: (credentials) => {
      const usual = usualConfig(credentials, lead.url);
      const { edge } = usual.listeners as { readonly edge: object };
      const tls = { trust: 'clients', serverName: 'localhost' };
      return {
        ...usual,
        upstreams: { service: { endpoints: [lead.url], tls } },
        listeners: { edge: { ...edge, clientAuth: 'optional' } },
        routes: [{ name: 'all', match: { path: '/*' }, allow: 'anyone', proxy: 'service' }],
      };
    },
  });
  t.teardown(() => gateway.stop());
  lead.to(gateway.port);
  const { authority, client } = gateway.credentials;
  const reply = await call({ port: gateway.port, authority, client, path: '/x' });
  t.equal(reply.status, 508);
  const { code, detail, title } = JSON.parse(reply.body);
  t.equal(code, 'loop-detected');
  t.match(`${title} ${detail}`, /loop/);
  t.match(await gateway.log.find((line) => line.code === 'loop-detected'), {
    status: 508,
    detail: /leads back to the gateway/,
  });
  const lines = gateway.log.lines.filter(({ type }) => type === 'access');
  // Lines come after answers: the first request's may still be missing.
  t.ok(lines.length <= 10, `nine were led on, the tenth was refused: ${lines.length} lines`);
});

test('a chain of other gateways is no loop', async (t) => {
  const gateway = await startGateway({ config: (credentials) => usualConfig(credentials) });
  t.teardown(() => gateway.stop());
  const { authority, client } = gateway.credentials;
  const headers = { via: '1.1 nginx, '.repeat(40).concat('1.1 haproxy') };
  const reply = await call({ port: gateway.port, authority, client, path: '/hello', headers });
  t.equal(reply.status, 200);
});
