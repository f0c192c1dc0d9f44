import { spawnSync } from 'node:child_process';
import { test } from 'tap';
import { writeClientFiles } from '../support/c-clients.js';
import { runProgram } from '../support/debian-programs.js';
import { startGateway } from '../support/gateway.js';

// Five requests on one connection, one on another, and one without a certificate.
const PROGRAM = `
import sys, requests
port, ca, certificate, key = sys.argv[1:]
def ask(rounds, own):
    with requests.Session() as session:
        session.trust_env = False
        session.verify, session.cert = ca, own
        for _ in range(rounds):
            answer = session.get(f"https://localhost:{port}/hello", timeout=20)
            print(answer.status_code, answer.json())
ask(5, (certificate, key))
ask(1, (certificate, key))
try:
    ask(1, None)
except requests.exceptions.ConnectionError:
    print("refused")
`;

const { status } = spawnSync('python3', ['-c', 'import requests']);

test('Python requests are answered with a certificate, and refused without one', {
  skip: status === 0 ? false : 'requests is not installed (Debian: python3-requests)',
}, async (t) => {
  const gateway = await startGateway();
  t.teardown(() => gateway.stop());
  const files = writeClientFiles(gateway.folder, gateway.credentials);
  const client = runProgram('python3', ['-c', PROGRAM, `${gateway.port}`, ...files], {
    cwd: gateway.folder,
  });
  await client.exited;
  t.strictSame(
    client.output.text,
    [...Array(6).fill("200 {'hello': True}"), 'refused'],
    client.errors.text.join('\n'),
  );
});
