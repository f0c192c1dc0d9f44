import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { readProxyHeader, startTcpService, tlsFieldsOf } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

test('with sendProxyProtocol the service gets addresses, names and the certificate first', async (t) => {
  const service = await startTcpService((socket) => socket.pipe(socket));
  const gateway = await startTcpGateway({
    routes: [{ serverName: 'plc.local', to: service.url, more: { sendProxyProtocol: 'v2' } }],
  });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const tunnel = await Tunnel.open({ port, authority, client, version, servername: 'plc.local' });
    tunnel.write('hello');
    const header = readProxyHeader(await tunnel.until((received) => received.includes('hello')));
    t.equal(header.source, `127.0.0.1:${tunnel.localPort}`, version);
    t.equal(header.destination, `127.0.0.1:${port}`);
    t.equal(header.fields.get(0x02)?.toString(), 'plc.local');
    t.equal(header.fields.get(0x03)?.length, 4);
    t.equal(header.rest.toString(), 'hello');
    const tls = tlsFieldsOf(header);
    t.equal(tls.client, 0x07);
    t.equal(tls.verify, 0);
    t.equal(tls.fields.get(0x21)?.toString(), version);
    t.equal(tls.fields.get(0x22)?.toString(), 'test client');
    t.match(tls.fields.get(0x23)?.toString(), /^TLS/);
    tunnel.end();
    await tunnel.closed;
    const id = header.fields.get(0x05)?.toString();
    t.ok(await gateway.log.find(({ requestId }) => requestId === id));
  }
  await service.close();
  await gateway.stop();
});

test('an anonymous client has no certificate, and nothing verified', async (t) => {
  const service = await startTcpService((socket) => socket.pipe(socket));
  const gateway = await startTcpGateway({
    routes: [{ to: service.url, allow: 'anyone', more: { sendProxyProtocol: 'v2' } }],
    listener: { clientAuth: 'optional' },
  });
  const { port, credentials } = gateway;
  const tunnel = await Tunnel.open({ port, authority: credentials.authority });
  tunnel.write('hello');
  const header = readProxyHeader(await tunnel.until((received) => received.includes('hello')));
  const tls = tlsFieldsOf(header);
  t.equal(tls.client, 0x01);
  t.not(tls.verify, 0);
  t.notOk(tls.fields.has(0x22));
  tunnel.destroy();
  await service.close();
  await gateway.stop();
});
