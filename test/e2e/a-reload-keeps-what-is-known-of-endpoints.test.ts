import { test } from 'tap';
import { endpointsOf, freePort, startNamed, tally } from '../support/endpoints.js';
import { startFront } from '../support/front.js';
import { proxyConfig } from '../support/proxy-config.js';

test('one that is out stays out, and a new one is there at once', async (t) => {
  const [a, b] = await startNamed(t, 'a', 'b');
  const gone = `127.0.0.1:${await freePort()}`;
  const options = (...endpoints: readonly (string | undefined)[]) => ({
    service: { endpoints, ejection: { failures: 1, time: '1h', maxTime: '1h' } },
    extra: { admin: { socket: 'admin.sock' } },
  });
  const front = await startFront(t, '', options(`http://${gone}`, a?.url));
  const { gateway } = front;
  const client = await front.connect();
  t.same(await tally(client, 4), { a: 4 });
  await gateway.log.find(({ event }) => event === 'upstream-ejected');

  const next = options(`http://${gone}`, a?.url, b?.url);
  gateway.writeConfig(proxyConfig('', next)(gateway.credentials));
  gateway.signal('SIGHUP');
  await gateway.log.event('reloaded');
  t.same(await tally(client, 6), { a: 3, b: 3 });
  const endpoints = await endpointsOf(front);
  t.match(endpoints[gone], { state: 'ejected', failures: 1 });
  t.match(endpoints[`127.0.0.1:${a?.port}`], { state: 'up', requests: 7 });
  t.match(endpoints[`127.0.0.1:${b?.port}`], { state: 'up', requests: 3 });
  client.destroy();
});
