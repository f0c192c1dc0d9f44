import { test } from 'tap';
import { startGateway, usualConfig } from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { startNamedGateway } from '../support/server-names.js';

test('a ticket of one server name is of no use on another', async (t) => {
  const gateway = await startNamedGateway();
  t.teardown(() => gateway.stop());
  const { port, person } = gateway;
  const { authority, client } = gateway.credentials;
  for (const version of VERSIONS) {
    const connect = (servername: string, own: typeof client | undefined, session?: Buffer) =>
      RawClient.connect({
        port,
        authority,
        version,
        servername,
        ...(own === undefined ? {} : { client: own }),
        ...(session === undefined ? {} : { session }),
      });
    const first = await connect('localhost', client);
    const session = await first.ticket();
    first.destroy();
    const same = await connect('localhost', undefined, session);
    t.ok(same.resumed, `${version}: on its own name it is of use`);
    same.destroy();
    // api.local has the same rules, the others have not.
    for (const name of ['api.local', 'maybe.edge.local', 'open.edge.local', 'new.edge.local']) {
      if (name === 'new.edge.local' && version === 'TLSv1.2') continue;
      const other = await connect(name, client, session);
      t.notOk(other.resumed, `${version}: on ${name} it is not`);
      other.destroy();
    }
    const staff = await connect('staff.edge.local', person, session);
    t.notOk(staff.resumed, `${version}: nor where another authority is trusted`);
    staff.destroy();
    const intruder = connect('staff.edge.local', client, session).then(async (raw) => {
      await raw.send('GET /hello HTTP/1.1\r\nHost: staff.edge.local\r\n\r\n');
      return (await raw.readResponse()).status;
    });
    await t.rejects(intruder, `${version}: and the full handshake's verdict holds`);
  }
});

test('a ticket of one listener is of no use on another', async (t) => {
  const gateway = await startGateway({
    config: (credentials) => {
      const usual = usualConfig(credentials);
      const { edge } = usual.listeners as { edge: object };
      const off = { ...edge, tickets: false };
      return { ...usual, listeners: { edge, inner: edge, off } };
    },
  });
  t.teardown(() => gateway.stop());
  const { ports } = gateway;
  const { authority, client } = gateway.credentials;
  for (const version of VERSIONS) {
    const connect = (listener: string, session?: Buffer) =>
      RawClient.connect({
        port: ports[listener] ?? 0,
        authority,
        client,
        version,
        ...(session === undefined ? {} : { session }),
      });
    const first = await connect('edge');
    const session = await first.ticket();
    first.destroy();
    for (const [listener, resumed] of [
      ['edge', true],
      ['inner', false],
      ['off', false],
    ] as const) {
      const again = await connect(listener, session);
      t.equal(again.resumed, resumed, `${version}, ${listener}`);
      again.destroy();
    }
  }
});
