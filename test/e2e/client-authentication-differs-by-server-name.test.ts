import { test } from 'tap';
import { call } from '../support/client.js';
import { VERSIONS } from '../support/mtls-matrix.js';
import { startNamedGateway } from '../support/server-names.js';

test('each server name asks for its own client certificate, on its own TLS versions', async (t) => {
  const gateway = await startNamedGateway({ unknownNames: 'refuse' });
  t.teardown(() => gateway.stop());
  const { port, person } = gateway;
  const { authority, client } = gateway.credentials;
  const who = { client, person, nobody: undefined };
  for (const version of VERSIONS) {
    /** outcome is a status, or what ended the handshake. */
    const outcome = async (servername: string, name: keyof typeof who): Promise<unknown> => {
      const own = who[name];
      const request = { port, authority, version, servername, path: '/hello' };
      const headers = { host: servername };
      return call({ ...request, headers, ...(own === undefined ? {} : { client: own }) }).then(
        ({ status }) => status,
        (error) => Number(/SSL alert number (\d+)/.exec(String(error))?.[1] ?? error),
      );
    };
    const missing = version === 'TLSv1.3' ? 116 : 40;
    const expected: readonly (readonly [string, keyof typeof who, number])[] = [
      ['localhost', 'client', 200],
      ['localhost', 'person', 48],
      ['localhost', 'nobody', missing],
      ['staff.edge.local', 'person', 200],
      ['staff.edge.local', 'client', 48],
      ['staff.edge.local', 'nobody', missing],
      ['maybe.edge.local', 'client', 200],
      ['maybe.edge.local', 'person', 48],
      ['maybe.edge.local', 'nobody', 200],
      ['open.edge.local', 'nobody', 200],
      ['open.edge.local', 'person', 200],
      ['new.edge.local', 'client', version === 'TLSv1.3' ? 200 : 70],
      ['known-by-its-certificate.edge.local', 'client', 200],
      ['stranger.example', 'client', 112],
    ];
    for (const [name, holder, result] of expected) {
      t.equal(await outcome(name, holder), result, `${version}, ${name}, ${holder}`);
    }
  }
  const refused = await gateway.log.find(({ code }) => code === 'unknown-server-name');
  t.match(refused, { event: 'handshake-refused', serverName: 'stranger.example', alertSent: 112 });
  const older = await gateway.log.find(({ code }) => code === 'protocol-version');
  t.match(older, { event: 'handshake-refused', serverName: 'new.edge.local', alertSent: 70 });
});
