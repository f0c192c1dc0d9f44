/**
 * Owns a client of a gateway under test that is not Node's: `openssl s_client` as a child process, one request a process.
 */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from './client.js';

const DEADLINE_MS = 20_000;

/** opensslMissing is why the tests with this client cannot run, or false. For the `skip` of a test. */
export function opensslMissing(): string | false {
  const { status } = spawnSync('openssl', ['version']);
  return status === 0 ? false : 'openssl is not installed';
}

export interface Conversation {
  /** What the server sent over TLS. */
  readonly received: string;
  /** What s_client had to say. */
  readonly complaints: string;
}

const VERSION_FLAG = { 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;

/** OpensslCall is a GET in one fixed version. */
export type OpensslCall = Pick<Call, 'port' | 'authority' | 'client' | 'path'> & {
  readonly version: keyof typeof VERSION_FLAG;
  /** More arguments for s_client, such as "-sess_out". */
  readonly more?: readonly string[];
};

let files = 0;

/** opensslArguments are those for `openssl`; files with the certificates are left in `folder`. */
export function opensslArguments(request: OpensslCall, folder: string): string[] {
  const { port, authority, client, version, more = [] } = request;
  const store = (name: string, text: string): string => {
    files += 1;
    const path = join(folder, `${files}-${name}`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const trust = store('trusted.crt', authority.pem);
  const credential = (): string[] => {
    if (client === undefined) return [];
    // -cert takes the first certificate of its file, -cert_chain all that go with it.
    const [, ...rest] = client.pem.split(/(?=-----BEGIN)/);
    const chain = rest.length === 0 ? [] : ['-cert_chain', store('chain.crt', rest.join(''))];
    const key = store('client.key', client.keyPem);
    return ['-cert', store('client.crt', client.pem), '-key', key, ...chain];
  };
  return [
    ...['s_client', '-quiet', VERSION_FLAG[version]],
    ...['-connect', `127.0.0.1:${port}`, '-servername', 'localhost'],
    ...['-verify', '8', '-verify_return_error', '-verify_hostname', 'localhost'],
    ...['-CAfile', trust, '-no-CApath', '-no-CAstore'],
    ...credential(),
    ...more,
  ];
}

/**
 * opensslCall makes one GET and reads until the server closes. Files with the certificates are left in `folder`. It rejects
 * when openssl cannot be run or hangs.
 */
export function opensslCall(request: OpensslCall, folder: string): Promise<Conversation> {
  const child = spawn('openssl', opensslArguments(request, folder), { timeout: DEADLINE_MS });
  const received: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => received.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on('error', () => {}); // It may be gone before it has read: what it printed says why.
  child.stdin.write(
    `GET ${request.path ?? '/'} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      const said = Buffer.concat(complaints).toString();
      if (signal === null) {
        resolve({ received: Buffer.concat(received).toString(), complaints: said });
      } else reject(new Error(`openssl s_client ended by ${signal}: ${said}`));
    });
  });
}
