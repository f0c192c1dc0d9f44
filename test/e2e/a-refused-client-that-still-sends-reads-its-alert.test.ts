import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { connect } from 'node:tls';
import { type Test, test } from 'tap';

import { startGateway, type TestGateway } from '../support/gateway.js';

// More than a socket takes before it is read, less than the gateway reads of a client that it has refused.
const BODY = Buffer.alloc(128 * 1024, 'x');
const ROUNDS = 10;

interface Relay {
  readonly port: number;
  /** How the gateway ended each connection: 'end' is a FIN, anything else the code of an error. */
  readonly ends: readonly string[];
}

/**
 * relayTo stands between a client and the gateway, and sees what a client's TLS does not show: whether the gateway resets
 * the connection. On other systems than Linux a reset takes the alert with it.
 */
async function relayTo(port: number, t: Test): Promise<Relay> {
  const ends: string[] = [];
  const relay = createServer({ allowHalfOpen: true }, (client) => {
    const gateway = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
    let how = 'closed';
    client.pipe(gateway).pipe(client);
    client.on('error', () => gateway.end());
    client.on('close', () => gateway.end());
    gateway.once('end', () => {
      how = 'end';
    });
    gateway.on('error', (error: NodeJS.ErrnoException) => {
      how = error.code ?? error.message;
      client.destroy();
    });
    gateway.once('close', () => ends.push(how));
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  t.teardown(() => relay.close());
  return { port: (relay.address() as AddressInfo).port, ends };
}

/** refusedWhileSending sends all that it has at once. It resolves with why the connection ended. */
function refusedWhileSending(port: number, { credentials }: TestGateway): Promise<string> {
  return new Promise((resolve) => {
    const secure = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: credentials.authority.pem,
      minVersion: 'TLSv1.3',
    });
    secure.once('error', (error) => resolve(error.message));
    secure.once('close', () => resolve('closed without an error'));
    // In TLS 1.3 the handshake is over for the client before the server has seen its certificate.
    secure.once('secureConnect', () => secure.write(BODY));
  });
}

test('a client that is refused while it sends reads the alert, and no reset', async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const relay = await relayTo(gateway.port, t);
  for (let round = 0; round < ROUNDS; round += 1) {
    t.match(await refusedWhileSending(relay.port, gateway), /SSL alert number 116$/m);
  }
  while (relay.ends.length < ROUNDS) await new Promise(setImmediate);
  t.same(new Set(relay.ends), new Set(['end']));
});
