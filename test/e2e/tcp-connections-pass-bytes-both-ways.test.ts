import { randomBytes } from 'node:crypto';
import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

const MEGABYTES = 5;

test('bytes pass both ways, whole and in order, and one line in the log says what it was', async (t) => {
  const service = await startTcpService(echo);
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const tunnel = await Tunnel.open({ port, authority, client, version, servername: 'plc.local' });
    const sent = randomBytes(MEGABYTES * 2 ** 20);
    tunnel.write(sent);
    const received = await tunnel.until(({ length }) => length >= sent.length);
    t.ok(received.equals(sent), version);
    tunnel.end();
    t.equal(await tunnel.closed, 'ended', version);
    const line = await gateway.log.find(
      ({ type, tls }) => type === 'access' && tls === version.replace('TLSv', ''),
    );
    t.match(line, {
      ...{ protocol: 'tcp', listener: 'plant', serverName: 'plc.local', route: 'route-0' },
      ...{ client: 'client', fingerprint: `sha256:${client.sha256}`, subject: 'CN=test client' },
      ...{ upstream: `127.0.0.1:${service.port}`, bytesIn: sent.length, bytesOut: sent.length },
      ...{ reason: 'client-ended' },
    });
    t.notOk('code' in line);
    t.type(line.durationUs, 'number');
    t.match(line.requestId, /^[0-9a-f]{32}$/);
  }
  await service.close();
  t.equal((await gateway.stop()).code, 0);
});

test('many connections at once never cross', async (t) => {
  const service = await startTcpService(echo);
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const tunnels = await Promise.all(
    Array.from({ length: 24 }, () => Tunnel.open({ port, authority, client })),
  );
  const sent = tunnels.map((_, i) => Buffer.alloc(200_000, `${i}:`));
  for (const [i, tunnel] of tunnels.entries()) tunnel.write(sent[i] ?? '');
  for (const [i, tunnel] of tunnels.entries()) {
    const received = await tunnel.until(({ length }) => length >= 200_000);
    t.ok(sent[i]?.equals(received));
    tunnel.destroy();
  }
  await service.close();
  await gateway.stop();
});
