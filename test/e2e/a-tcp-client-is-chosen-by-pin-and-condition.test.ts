import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { issueClient } from '../support/certificates.js';
import { makeCredentials, runPinlatch, type TestGateway } from '../support/gateway.js';
import { startTcpGateway } from '../support/tcp-gateway.js';
import { echo, startTcpService } from '../support/tcp-service.js';
import { Tunnel } from '../support/tunnel.js';

test('who is not pinned, or not as the condition says, gets an alert and no connection to the service', async (t) => {
  const credentials = makeCredentials();
  const { authority, client } = credentials;
  const meter = issueClient(authority, [
    ['OU', 'meters'],
    ['CN', 'meter'],
  ]);
  const stranger = issueClient(authority, 'stranger');
  const service = await startTcpService(echo);
  const gateway = await startTcpGateway(
    {
      routes: [{ serverName: 'plc.local', to: service.url, allow: ['client', 'meters'] }],
      clients: { meters: { when: { 'subject.OU': 'meters' } } },
    },
    { credentials },
  );
  const { port } = gateway;
  const servername = 'plc.local';
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const admitted of [client, meter]) {
      const tunnel = await Tunnel.open({ port, authority, client: admitted, servername, version });
      tunnel.write('ping');
      t.equal((await tunnel.until(({ length }) => length === 4)).toString(), 'ping');
      tunnel.destroy();
    }
    const before = service.accepted();
    const refused = await Tunnel.open({ port, authority, client: stranger, servername, version });
    t.equal(await refused.closed, 'broken', version);
    t.match(refused.failure?.message, /access denied/, version);
    t.equal(service.accepted(), before);
  }
  const line = await gateway.log.find(({ event }) => event === 'connection-refused');
  t.match(line, {
    ...{ type: 'security', code: 'not-pinned', serverName: servername, route: 'route-0' },
    ...{ fingerprint: `sha256:${stranger.sha256}`, subject: 'CN=stranger', listener: 'plant' },
  });
  t.type(line.findings, Array);

  const told = await explain(gateway, ['explain', String(line.requestId), '--log', 'log.jsonl']);
  t.match(told, /route "route-0" admits/);
  t.match(told, /not-pinned/);
  await service.close();
  await gateway.stop();
});

test('explain tries a TCP connection by the code that serves', async (t) => {
  const gateway = await startTcpGateway({
    routes: [{ serverName: 'plc.local', to: 'tcp://127.0.0.1:502' }],
  });
  const { folder, credentials } = gateway;
  const stranger = issueClient(credentials.authority, 'stranger');
  writeFileSync(join(folder, 'client.crt'), credentials.client.pem);
  writeFileSync(join(folder, 'stranger.crt'), stranger.pem);
  const tried = (cert: string, ...route: readonly string[]) =>
    explain(gateway, ['explain', '--cert', cert, '--route', ...route]);
  t.match(await tried('client.crt', 'CONNECT', 'tls://plc.local'), /admitted|gets in|admits/);
  t.match(await tried('stranger.crt', 'CONNECT', 'tls://plc.local'), /not-pinned/);
  t.match(await tried('client.crt', 'CONNECT', 'tls://other.local'), /no-route/);
  t.match(await tried('client.crt', 'GET', 'https://plc.local/'), /CONNECT tls:\/\/NAME/);
  await gateway.stop();
});

async function explain({ folder, log }: TestGateway, args: readonly string[]): Promise<string> {
  writeFileSync(join(folder, 'log.jsonl'), `${log.text.join('\n')}\n`);
  const program = runPinlatch(args, { cwd: folder });
  await program.exited;
  return [...program.output.text, ...program.errors.text].join('\n');
}
