import { test } from 'tap';

import { issueClient } from '../support/certificates.js';
import { call } from '../support/client.js';
import { type Config, makeCredentials, startGateway, usualConfig } from '../support/gateway.js';
import { VERSIONS } from '../support/mtls-matrix.js';

const HOUR_MS = 3_600_000;
const moment = (hours: number): string =>
  new Date(Date.now() + hours * HOUR_MS).toISOString().replace(/\.\d+Z$/, 'Z');

test('without an authority, a pin out of its time admits nobody to the handshake', async (t) => {
  const credentials = makeCredentials();
  const { authority } = credentials;
  const [now, before, after] = ['now', 'before', 'after'].map((name) =>
    issueClient(authority, name),
  );
  const pins = [
    { sha256: now?.sha256, notBefore: moment(-1), expires: moment(1) },
    { sha256: before?.sha256, notBefore: moment(1) },
    { sha256: after?.sha256, expires: moment(-1) },
  ];
  const config = (): Config => ({
    ...usualConfig(credentials),
    trust: { clients: { selfSigned: true } },
    clients: { client: { pins } },
  });
  const gateway = await startGateway({ credentials, config });
  t.teardown(() => gateway.stop());
  for (const version of VERSIONS) {
    const hello = (client: typeof now) =>
      call({
        port: gateway.port,
        authority,
        version,
        path: '/hello',
        ...(client ? { client } : {}),
      });
    t.equal((await hello(now)).status, 200, version);
    await t.rejects(hello(before), `not yet, ${version}`);
    await t.rejects(hello(after), `no more, ${version}`);
  }
  const line = await gateway.log.find(({ event }) => event === 'handshake-refused');
  t.match(line.detail, /the pin is not in force now/);
});
