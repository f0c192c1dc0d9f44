/**
 * Owns TLS clients in C on libraries that small devices use: compiled for a test where the library is installed, one request
 * a process.
 */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type Credentials, makeFolder, startGateway } from './gateway.js';
import { startUpstream } from './upstream.js';

const SOURCES = fileURLToPath(new URL('./c-clients/', import.meta.url));
const DEADLINE_MS = 20_000;

/** Library is what a client is compiled with: its source, how it is linked, and Debian's package. */
interface Library {
  readonly source: string;
  readonly libraries: readonly string[];
  readonly from: string;
}

/** WOLFSSL and MBEDTLS2 are the libraries. */
export const WOLFSSL: Library = {
  source: 'wolfssl-client.c',
  libraries: ['-lwolfssl'],
  from: 'libwolfssl-dev',
};
export const MBEDTLS2: Library = {
  source: 'mbedtls2-client.c',
  libraries: ['-lmbedtls', '-lmbedx509', '-lmbedcrypto'],
  from: 'libmbedtls-dev',
};

const built = new Map<Library, string | undefined>();

function build(library: Library): string | undefined {
  const program = join(makeFolder(), 'client');
  const made = spawnSync('cc', [
    ...['-O1', '-o', program, join(SOURCES, library.source)],
    ...library.libraries,
  ]);
  return made.status === 0 ? program : undefined;
}

function programOf(library: Library): string | undefined {
  if (!built.has(library)) built.set(library, build(library));
  return built.get(library);
}

/** clientMissing is why a client cannot be run, or false. For the `skip` of a test. */
export function clientMissing(library: Library): string | false {
  if (programOf(library) !== undefined) return false;
  return `${library.source} cannot be compiled (Debian: gcc, ${library.from})`;
}

/** writeClientFiles writes what a client needs into a folder: the paths of the CA, the certificate and its key. */
export function writeClientFiles(folder: string, { authority, client }: Credentials): string[] {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return [
    write('c-client-ca.crt', authority.pem),
    write('c-client.crt', client.pem),
    write('c-client.key', client.keyPem),
  ];
}

/**
 * startForClients starts a gateway, which ends with the test, before a service that sends bodies back: its port, and the files of
 * the usual client.
 */
export async function startForClients(t: Test): Promise<Pick<CRequest, 'port' | 'files'>> {
  const upstream = await startUpstream(({ body }, response) => response.end(body));
  t.teardown(() => upstream.close());
  const gateway = await startGateway({ upstream: upstream.url });
  t.teardown(() => gateway.stop());
  return { port: gateway.port, files: writeClientFiles(gateway.folder, gateway.credentials) };
}

/** CRequest is what a client asks for. */
export interface CRequest {
  readonly port: number;
  /** The code of RFC 6066 section 4; left out: nothing is asked for. */
  readonly fragment?: number;
  /** Of the body, in bytes, which a service echoes; left out: a GET of /hello. */
  readonly size?: number;
  /** In how many bytes at a time the client writes; left out: the most that a record holds. */
  readonly piece?: number;
  /** For a client that knows two: the second figure of TLS 1.x. */
  readonly version?: '2' | '3';
  /** Of writeClientFiles. */
  readonly files: readonly string[];
}

const LARGEST_RECORD = 16_384;

/** runClient resolves with what the client printed. */
export function runClient(library: Library, request: CRequest): Promise<string> {
  const { port, fragment = 0, size = 0, piece = LARGEST_RECORD, version, files } = request;
  const child = spawn(
    programOf(library) ?? '',
    [
      ...(version === undefined ? [`${port}`] : [`${port}`, version]),
      ...[fragment, size, piece].map(String),
      ...files,
    ],
    { timeout: DEADLINE_MS },
  );
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(Buffer.concat(printed).toString().trim()));
  });
}
