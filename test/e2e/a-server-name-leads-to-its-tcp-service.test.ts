import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { startTcpService, type TcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

const saying = (word: string): Promise<TcpService> =>
  startTcpService((socket) => void socket.end(word));

test('the server name selects the service: exact, by star, or any', async (t) => {
  const services = await Promise.all(['broker', 'plc', 'rest'].map(saying));
  const [broker, plc, rest] = services.map(({ url }) => url);
  const gateway = await startTcpGateway({
    routes: [
      { serverName: '*', to: rest ?? '' },
      { serverName: '*.plc.local', to: plc ?? '' },
      { serverName: 'mqtt.local', to: broker ?? '' },
    ],
  });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const expected = {
    'mqtt.local': 'broker',
    'MQTT.local': 'broker',
    'a.plc.local': 'plc',
    'b.a.plc.local': 'rest',
    'plc.local': 'rest',
    '': 'rest',
  };
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const [servername, word] of Object.entries(expected)) {
      const tunnel = await Tunnel.open({ port, authority, client, servername, version });
      t.equal((await tunnel.untilEnd()).toString(), word, `${version} ${servername}`);
      tunnel.destroy();
    }
  }
  await Promise.all(services.map((service) => service.close()));
  await gateway.stop();
});

test('a client that asks for a name without a route is told that it may not', async (t) => {
  const service = await saying('broker');
  const gateway = await startTcpGateway({
    routes: [{ serverName: 'mqtt.local', to: service.url }],
  });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const tunnel = await Tunnel.open({ port, authority, client, servername: 'other.local' });
  t.equal(await tunnel.closed, 'broken');
  t.match(tunnel.failure?.message, /access denied/);
  const line = await gateway.log.find(({ type }) => type === 'access');
  t.match(line, { reason: 'refused', code: 'no-route', serverName: 'other.local', route: '' });
  t.equal(service.accepted(), 0);
  await service.close();
  await gateway.stop();
});
