import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { type Config, startGateway, type TestGateway, usualConfig } from '../support/gateway.js';
import { VERSIONS, type Version } from '../support/mtls-matrix.js';
import { RawClient } from '../support/raw-client.js';
import { issueRevocationList } from '../support/revocation-lists.js';

type Sessions = readonly (readonly [Version, Buffer])[];

async function sessionsOf({ port, credentials }: TestGateway): Promise<Sessions> {
  const { authority, client } = credentials;
  const sessionOf = async (version: Version) => {
    const first = await RawClient.connect({ port, authority, client, version });
    const session = await first.ticket();
    first.destroy();
    return [version, session] as const;
  };
  return Promise.all(VERSIONS.map(sessionOf));
}

let generation = 0;

/** numbered gives a configuration one worker, and a path to ask it for the number of its configuration. */
function numbered(config: Config): Config {
  const routes = config.routes as readonly object[];
  const respond = { json: generation };
  const number = { name: 'number', match: { path: '/number' }, allow: 'any-trusted', respond };
  return { ...config, workers: 1, routes: [...routes, number] };
}

/** reload returns once the worker goes by the new configuration, a moment after the log says so. */
async function reload(gateway: TestGateway, config: Config): Promise<void> {
  const seen = new Set(gateway.log.lines);
  generation += 1;
  gateway.writeConfig(numbered(config));
  gateway.signal('SIGHUP');
  await gateway.log.find((line) => line.event === 'reloaded' && !seen.has(line));
  const { port, credentials } = gateway;
  const { authority } = credentials;
  const client = issueClient(authority, 'observer');
  const ask = () => call({ port, authority, client, path: '/number' });
  while ((await ask()).body !== String(generation));
}

/** outcomeOf is a status with whether the client came by ticket, or the alert. */
async function outcomeOf(
  gateway: TestGateway,
  version: Version,
  session: Buffer,
): Promise<unknown> {
  const { port, credentials } = gateway;
  const { authority, client } = credentials;
  const reply = await call({ port, authority, client, version, session, path: '/hello' }).catch(
    (error) => Number(/SSL alert number (\d+)/.exec(String(error))?.[1] ?? error),
  );
  if (typeof reply === 'number') return { alert: reply };
  const line = await gateway.log.find(
    ({ type, requestId }) => type === 'access' && requestId === reply.headers['x-request-id'],
  );
  return { status: reply.status, resumed: line.resumed === true };
}

test('after a reload a ticket means a full handshake, and its verdict', async (t) => {
  const gateway = await startGateway({ config: (made) => numbered(usualConfig(made)) });
  t.teardown(() => gateway.stop());
  const usual = usualConfig(gateway.credentials);
  const expect = async (sessions: Sessions, expected: object, why: string): Promise<void> => {
    for (const [version, session] of sessions) {
      t.same(await outcomeOf(gateway, version, session), expected, `${version}: ${why}`);
    }
  };

  const before = await sessionsOf(gateway);
  await expect(before, { status: 200, resumed: true }, 'before any reload');
  await reload(gateway, usual);
  await expect(before, { status: 200, resumed: false }, 'nothing changed, and it is welcome');

  const pinned = await sessionsOf(gateway);
  await reload(gateway, { ...usual, clients: { client: { pins: ['11'.repeat(32)] } } });
  await expect(pinned, { status: 403, resumed: false }, 'no longer pinned');
  await expect(await sessionsOf(gateway), { status: 403, resumed: true }, 'a ticket is no pin');

  await reload(gateway, usual);
  const good = await sessionsOf(gateway);
  const { authority, client } = gateway.credentials;
  const list = issueRevocationList({ issuer: authority, revoked: [{ serial: client.serial }] });
  writeFileSync(join(gateway.folder, 'ca.crl'), list.pem);
  const trust = { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } };
  await reload(gateway, { ...usual, trust });
  await expect(good, { alert: 44 }, 'revoked');
});
