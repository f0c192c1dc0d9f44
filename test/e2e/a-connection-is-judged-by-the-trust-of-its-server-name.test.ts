import { type Test, test } from 'tap';
import { connectHttp, type HttpConnection } from '../support/http-connection.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { namedConfig, startNamedGateway } from '../support/server-names.js';

async function setUp(t: Test) {
  const gateway = await startNamedGateway();
  t.teardown(() => gateway.stop());
  const reload = async (config: object): Promise<void> => {
    const seen = new Set(gateway.log.lines);
    gateway.writeConfig({ ...config, watch: false });
    gateway.signal('SIGHUP');
    const isOutcome = (line: { event?: unknown }) => /^reload(ed|-failed)$/.test(`${line.event}`);
    const outcome = await gateway.log.find((line) => isOutcome(line) && !seen.has(line));
    if (outcome.event !== 'reloaded') throw new Error(JSON.stringify(outcome));
  };
  return { gateway, reload, usual: namedConfig(gateway.credentials) };
}

// A listener that asks everyone for a certificate refuses a route for anyone.
const OPEN = { 'open.edge.local': { clientAuth: 'none' } };

async function get(raw: HttpConnection, host: string): Promise<number> {
  await raw.send(`GET /hello HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return (await raw.readResponse()).status;
}

test('after a reload an open connection is judged by what its server name asks for', async (t) => {
  const { gateway, reload, usual } = await setUp(t);
  const { port, person } = gateway;
  const { authority, client } = gateway.credentials;
  for (const version of VERSIONS) {
    const target = { port, authority, version };
    await reload(usual);
    const servername = 'staff.edge.local';
    const staff = await connectHttp({ ...target, client: person, servername });
    const device = await connectHttp({ ...target, client });
    t.equal(await get(staff, servername), 200, version);
    t.equal(await get(device, 'localhost'), 200, version);

    await reload({ ...usual, drainTimeout: `${VERSIONS.indexOf(version) + 1}s` });
    t.equal(await get(staff, servername), 200, `${version}: nothing has changed for it`);

    await reload(namedConfig(gateway.credentials, { names: OPEN }));
    await staff.closed;
    t.equal(await get(device, 'localhost'), 200, `${version}: the others notice nothing`);
    device.destroy();
  }
});

test('a bundle under another name is the same bundle to who is still welcome', async (t) => {
  const { gateway, reload, usual } = await setUp(t);
  const { authority, client } = gateway.credentials;
  const renamed = JSON.parse(
    JSON.stringify(usual).replaceAll('"clients":{"ca"', '"devices":{"ca"'),
  );
  renamed.listeners.edge.trust = 'devices';
  for (const version of VERSIONS) {
    await reload(usual);
    const device = await connectHttp({ port: gateway.port, authority, client, version });
    t.equal(await get(device, 'localhost'), 200, version);
    await reload(renamed);
    t.equal(await get(device, 'localhost'), 200, `${version}: no 421, the same connection`);
    device.destroy();
  }
});

test('who has no certificate is out when its server name requires one', async (t) => {
  const { gateway, reload, usual } = await setUp(t);
  const { authority } = gateway.credentials;
  const servername = 'maybe.edge.local';
  const names = { ...OPEN, [servername]: { clientAuth: 'required' } };
  for (const version of VERSIONS) {
    await reload(usual);
    const target = { port: gateway.port, authority, version, servername };
    const nobody = await connectHttp(target);
    t.equal(await get(nobody, servername), 200, version);
    await reload(namedConfig(gateway.credentials, { names }));
    await nobody.closed;
    nobody.destroy();
  }
  const evicted = await gateway.log.find(({ code }) => code === 'client-certificate-missing');
  t.ok(evicted);
});
