import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'tap';
import { startGateway } from '../support/gateway.js';
import { opensslArguments, opensslMissing } from '../support/openssl-client.js';

const REQUEST = 'GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n';

// s_client reads what it gets at a time: a line that begins with K has it renew its keys and ask for new ones of the
// gateway, k has it renew its own only.
for (const [command, what] of [
  ['K\n', 'both'],
  ['k\n', 'the client'],
] as const) {
  test(`${what} may renew keys between requests`, { skip: opensslMissing() }, async (t) => {
    const gateway = await startGateway();
    t.teardown(() => gateway.stop());
    const { authority, client } = gateway.credentials;
    const target = { port: gateway.port, authority, client, version: 'TLSv1.3' } as const;
    const more = ['-no_ign_eof', '-msg'];
    const child = spawn('openssl', opensslArguments({ ...target, more }, t.testdir()));
    t.teardown(() => child.kill());
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString('latin1');
    });
    const times = (pattern: RegExp): number => seen.match(pattern)?.length ?? 0;
    const reached = async (pattern: RegExp, count: number): Promise<void> => {
      while (times(pattern) < count) await once(child.stdout, 'data');
    };
    for (let round = 1; round <= 3; round++) {
      child.stdin.write(REQUEST);
      await reached(/HTTP\/1\.1 200 OK/g, round);
      child.stdin.write(command);
      await reached(/>>> TLS 1\.3, Handshake \[length 0005\], KeyUpdate/g, round);
    }
    child.stdin.write(REQUEST);
    await reached(/HTTP\/1\.1 200 OK/g, 4);
    const answered = times(/<<< TLS 1\.3, Handshake \[length 0005\], KeyUpdate/g);
    t.equal(answered, command === 'K\n' ? 3 : 0, 'the gateway renews its own where it is asked to');
  });
}
