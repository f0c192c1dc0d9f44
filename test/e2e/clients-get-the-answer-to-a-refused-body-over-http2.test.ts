/**
 * What programs make of a request that is refused before its body has come, over HTTP/2: each gets the answer, however large
 * the body is.
 */
import { execFile } from 'node:child_process';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';

import { programsMissing } from '../support/debian-programs.js';
import { KINDS, startRefusing } from '../support/refusing.js';
import { tlsOptionsOf } from '../support/tls-options.js';

const run = promisify(execFile);
const SIZES = [7, 1_000, 100_000, 1_000_000];

test("Node's client gets the answer to every refused body, and comes to its end", async (t) => {
  const { gateway } = await startRefusing(t);
  const { authority, client } = gateway.credentials;
  const options = tlsOptionsOf({ authority, client });
  // What a request has not sent counts against its session's memory: each has one of its own.
  const ask = (path: string, size: number, event: 'end' | 'close'): Promise<number> =>
    new Promise((resolve, reject) => {
      const session = connect(`https://localhost:${gateway.port}`, options);
      const stream = session.request({ ':method': 'POST', ':path': path });
      let status = 0;
      stream.on('response', (head) => {
        status = Number(head[':status']);
      });
      stream.on('error', reject);
      stream.on(event, () => {
        session.destroy();
        resolve(status);
      });
      stream.resume();
      stream.end(Buffer.alloc(size, 'x'));
    });
  for (const [path, status] of Object.entries(KINDS)) {
    for (const size of SIZES) {
      const statuses = new Set<number>([await ask(path, size, 'close')]);
      for (let i = 0; i < 10; i++) statuses.add(await ask(path, size, 'end'));
      t.strictSame([...statuses], [status], `${path} with ${size} bytes`);
    }
  }
});

const missing = programsMissing({ curl: 'curl' });

test('curl gets the answer to every refused body', { skip: missing }, async (t) => {
  const { gateway } = await startRefusing(t);
  const { authority, client } = gateway.credentials;
  const folder = t.testdir({
    'client.crt': client.pem,
    'client.key': client.keyPem,
    'ca.crt': authority.pem,
    ...Object.fromEntries(SIZES.map((size) => [String(size), 'x'.repeat(size)])),
  });
  const at = (name: string): string => join(folder, name);
  const pair = ['--cert', at('client.crt'), '--key', at('client.key'), '--cacert', at('ca.crt')];
  for (const [path, status] of Object.entries(KINDS)) {
    for (const size of SIZES) {
      const asked = [...pair, '--http2', '-d', `@${at(String(size))}`, '-o', '/dev/null'];
      const url = `https://localhost:${gateway.port}${path}`;
      const said = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const { stdout } = await run('curl', ['-sS', ...asked, '-w', '%{http_code}', url]);
        said.add(stdout);
      }
      t.strictSame([...said], [String(status)], `${path} with ${size} bytes`);
    }
  }
});
