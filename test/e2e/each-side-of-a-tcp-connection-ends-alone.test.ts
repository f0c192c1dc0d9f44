import type { Socket } from 'node:net';
import { test } from 'tap';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** answerAtTheEnd says nothing before the client has ended, and then a lot. */
const answerAtTheEnd = (socket: Socket): void => {
  let bytes = 0;
  socket.on('data', ({ length }) => {
    bytes += length;
  });
  socket.on('end', () => socket.end(`${bytes} `.padEnd(300_000, 'x')));
};

test('a client that has ended still gets its whole answer', async (t) => {
  const service = await startTcpService(answerAtTheEnd);
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    const tunnel = await Tunnel.open({ port, authority, client, version });
    tunnel.write(Buffer.alloc(100_000));
    tunnel.end();
    const received = await tunnel.untilEnd();
    t.equal(received.length, 300_000, version);
    t.match(received.toString('latin1', 0, 8), /^100000 /);
    t.equal(await tunnel.closed, 'ended', version);
  }
  const ended = () => gateway.log.lines.filter(({ reason }) => reason === 'client-ended');
  t.ok(await gateway.log.find(() => ended().length === VERSIONS.length));
  await service.close();
  await gateway.stop();
});

test('a service that has ended still gets all that the client sends', async (t) => {
  const totals: number[] = [];
  const service = await startTcpService((socket) => {
    let bytes = 0;
    socket.end('that is all');
    socket.on('data', ({ length }) => {
      bytes += length;
    });
    socket.on('end', () => totals.push(bytes));
  });
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  // A client on TLS 1.2 has to end when the other side does (RFC 5246 section 7.2.1).
  const tunnel = await Tunnel.open({ port, authority, client, version: 'TLSv1.3' });
  t.equal((await tunnel.untilEnd()).toString(), 'that is all');
  tunnel.write(Buffer.alloc(500_000));
  tunnel.end();
  t.equal(await tunnel.closed, 'ended');
  const line = await gateway.log.find(({ type }) => type === 'access');
  t.match(line, { reason: 'upstream-ended', bytesIn: 500_000, bytesOut: 11 });
  t.same(totals, [500_000]);
  await service.close();
  await gateway.stop();
});

test('a client that goes without a farewell leaves a reset behind, not an end', async (t) => {
  const outcomes: Promise<string>[] = [];
  const service = await startTcpService((socket) => {
    socket.on('data', (bytes) => socket.write(bytes));
    const outcome = new Promise<string>((resolve) => {
      socket.on('end', () => resolve('ended'));
      socket.on('error', ({ message }) => resolve(message));
    });
    outcomes.push(outcome);
  });
  const gateway = await startTcpGateway({ routes: [{ to: service.url }] });
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  for (const version of VERSIONS) {
    const tunnel = await Tunnel.open({ port, authority, client, version });
    tunnel.write('half of a mess');
    await tunnel.until((bytes) => bytes.includes('mess'));
    // The socket below ends: FIN, and no close_notify before it.
    tunnel.endBelow();
    const line = await gateway.log.find(({ type, tls }) => {
      return type === 'access' && tls === version.replace('TLSv', '');
    });
    t.match(line, { reason: 'client-closed', code: 'client-closed' }, version);
    tunnel.destroy();
  }
  t.same(await Promise.all(outcomes), ['read ECONNRESET', 'read ECONNRESET']);
  await service.close();
  await gateway.stop();
});
