import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Test, test } from 'tap';
import { get } from '../support/front.js';
import { type Config, startGateway, usualConfig } from '../support/gateway.js';
import { RawClient } from '../support/raw-client.js';

const CLIENTS = 64;
const ROUNDS = 3;

/** startCrowdedService answers when so many requests are there at a time, and counts the connections on which they came. */
async function startCrowdedService(t: Test, size: number) {
  let connections = 0;
  let waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    waiting.push(response);
    if (waiting.length < size) return;
    for (const one of waiting) one.end('together');
    waiting = [];
  });
  server.keepAliveTimeout = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections: () => connections };
}

/** askTogether has all clients ask at once, round after round. */
async function askTogether(t: Test, more: Config = {}) {
  const service = await startCrowdedService(t, CLIENTS);
  const gateway = await startGateway({
    config: (credentials) => ({
      ...usualConfig(credentials, service.url),
      upstreams: { service: { endpoints: [service.url], ...more } },
    }),
  });
  t.teardown(() => gateway.stop());
  const { port, credentials } = gateway;
  const clients: RawClient[] = [];
  for (let i = 0; i < CLIENTS; i++) clients.push(await RawClient.connect({ port, ...credentials }));
  for (let round = 0; round < ROUNDS; round++) {
    const bodies = clients.map(async (client) => {
      await client.send(get('/api/x'));
      return (await client.readResponse()).body.toString();
    });
    t.same(await Promise.all(bodies), Array(CLIENTS).fill('together'), `round ${round}`);
  }
  for (const client of clients) client.destroy();
  return service.connections();
}

test('the connections that one round of requests needed serve the next one', async (t) => {
  t.equal(await askTogether(t), CLIENTS);
});

test('a bound that is configured is kept', async (t) => {
  t.equal(await askTogether(t, { maxIdle: 0 }), ROUNDS * CLIENTS);
});
