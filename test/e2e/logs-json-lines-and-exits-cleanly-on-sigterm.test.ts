import { test } from 'tap';

import { call } from '../support/client.js';
import { startGateway } from '../support/gateway.js';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends an idle gateway with exit code 0, and every line it printed is an event`, async (t) => {
    const gateway = await startGateway();
    const { authority, client } = gateway.credentials;
    const { status } = await call({ port: gateway.port, authority, client, path: '/hello' });
    t.equal(status, 200);
    await gateway.log.find(({ type }) => type === 'access'); // a worker's line and the main thread's have no order

    gateway.signal(signal);
    t.same(await gateway.exited, { code: 0, signal: null });

    t.equal(gateway.log.lines.length, gateway.log.text.length, 'all of it is JSON');
    for (const line of gateway.log.lines) {
      t.type(line.time, 'number');
      t.ok(['control', 'access', 'security'].includes(line.type), line.type);
    }
    const events = gateway.log.lines.map(({ type, event }) => event ?? type);
    t.same(events, [
      'starting',
      'crypto-provider',
      'listening',
      'serving',
      'clock',
      'access',
      'draining',
      'stopped',
    ]);
    t.same(gateway.errors.text, []);
  });
}

test('the last requests before the end are in the log', async (t) => {
  const gateway = await startGateway();
  const { authority, client } = gateway.credentials;
  const one = () => call({ port: gateway.port, authority, client, path: '/hello' });
  await Promise.all(Array.from({ length: 20 }, one));
  await gateway.stop();
  t.equal(gateway.log.lines.filter(({ type }) => type === 'access').length, 20);
});
