import { test } from 'tap';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { startNamedGateway } from '../support/server-names.js';

test('a host that asks other things of its clients than the server name did is answered with 421', async (t) => {
  const gateway = await startNamedGateway();
  t.teardown(() => gateway.stop());
  const { port, person } = gateway;
  const { authority, client } = gateway.credentials;
  for (const version of VERSIONS) {
    const status = async (servername: string, host: string, own = client): Promise<number> => {
      const headers = { host };
      const target = { port, authority, version, servername, headers, path: '/hello' };
      return (await call({ ...target, client: own })).status;
    };
    const cases: readonly (readonly [servername: string, host: string, status: number])[] = [
      ['localhost', 'localhost', 200],
      ['localhost', 'LOCALHOST.:8443', 200],
      ['localhost', '127.0.0.1', 200],
      ['localhost', 'api.local', 200], // another name, the same rules
      ['api.local', 'localhost', 200],
      ['open.edge.local', 'open.edge.local', 200],
      ['open.edge.local', 'also-open.edge.local', 200], // whose trust nobody is asked for
      ['open.edge.local', 'localhost', 421],
      ['open.edge.local', 'maybe.edge.local', 421],
      ['open.edge.local', 'staff.edge.local', 421],
      ['open.edge.local', 'STAFF.edge.local.:443', 421],
      ['maybe.edge.local', 'localhost', 421],
      ['localhost', 'maybe.edge.local', 421],
      ['localhost', 'open.edge.local', 421],
      ['localhost', 'staff.edge.local', 421],
      // What a name asks of the version can be seen of the connection itself.
      ['localhost', 'new.edge.local', version === 'TLSv1.3' ? 200 : 421],
    ];
    for (const [servername, host, expected] of cases) {
      t.equal(await status(servername, host), expected, `${version}, ${servername} to ${host}`);
    }
    t.equal(await status('staff.edge.local', 'staff.edge.local', person), 200);
    t.equal(
      await status('staff.edge.local', 'localhost', person),
      421,
      `${version}: the other way`,
    );
  }
});

test('a request without a host is one for what the listener itself says', async (t) => {
  const gateway = await startNamedGateway();
  t.teardown(() => gateway.stop());
  const { port } = gateway;
  const { authority, client } = gateway.credentials;
  for (const version of VERSIONS) {
    for (const [servername, expected] of [
      ['localhost', 200],
      ['open.edge.local', 421],
    ] as const) {
      const raw = await RawClient.connect({ port, authority, client, version, servername });
      await raw.send('GET /hello HTTP/1.0\r\n\r\n');
      t.equal((await raw.readResponse()).status, expected, `${version}, ${servername}`);
      raw.destroy();
    }
  }
});

test('a misdirected request is told so, logged, and ends its connection', async (t) => {
  const gateway = await startNamedGateway();
  t.teardown(() => gateway.stop());
  const { port } = gateway;
  const { authority, client } = gateway.credentials;
  const call = { port, authority, client, servername: 'open.edge.local' };
  for (const version of VERSIONS) {
    const raw = await RawClient.connect({ ...call, version });
    await raw.send('GET /hello HTTP/1.1\r\nHost: open.edge.local\r\n\r\n');
    t.equal((await raw.readResponse()).status, 200);
    await raw.send('GET /pinned HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const response = await raw.readResponse();
    t.equal(response.status, 421);
    t.equal(response.header('connection'), 'close');
    const { code, requestId } = JSON.parse(response.body.toString());
    t.equal(code, 'misdirected-request');
    t.equal(await raw.closed, 'ended');
    const logged = await gateway.log.find(
      (line) => line.type === 'security' && line.requestId === requestId,
    );
    t.match(logged, {
      event: 'request-refused',
      code,
      serverName: 'open.edge.local',
      host: 'localhost',
    });
  }
});
