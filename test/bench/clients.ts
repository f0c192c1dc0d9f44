/**
 * Owns the load clients in C: compiled at the start of a run into the run's own directory.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Pki, ServerKey } from './pki.js';
import type { Settings, TlsVersion } from './settings.js';

export interface Clients {
  readonly preload: string;
  readonly handshake: string;
  readonly idle: string;
  readonly flood: string;
  readonly stranger: string;
  readonly paced: string;
  /** What every client needs in its environment, by the key of the server; see client-context.h. */
  readonly env: Readonly<Record<ServerKey, Readonly<Record<string, string>>>>;
}

/** One suite a version and key, and the same for all: what the default order of OpenSSL's clients leads to. */
export const CIPHERS: Readonly<Record<TlsVersion, Readonly<Record<ServerKey, string>>>> = {
  '1.2': { ecdsa: 'ECDHE-ECDSA-AES256-GCM-SHA384', rsa: 'ECDHE-RSA-AES256-GCM-SHA384' },
  '1.3': { ecdsa: 'TLS_AES_256_GCM_SHA384', rsa: 'TLS_AES_256_GCM_SHA384' },
};

const FLAGS = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];

/** compile compiles these C sources of the folder `sources` into the program `output`. */
export function compile(
  sources: string,
  output: string,
  names: readonly string[],
  extra: readonly string[],
): string {
  const files = names.map((name) => join(sources, `${name}.c`));
  const libraries = ['-lssl', '-lcrypto', '-ldl', '-pthread'];
  const args = [...FLAGS, ...extra, ...files, '-o', output, ...libraries];
  const { status, error, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) {
    throw new Error(`cannot compile ${names[0]}.c: ${error?.message ?? stderr}`);
  }
  return output;
}

/** hasCompiler says whether `cc` runs, and hasOpenSslHeaders whether it finds openssl/ssl.h. */
export function hasCompiler(): boolean {
  return spawnSync('cc', ['--version']).status === 0;
}
export function hasOpenSslHeaders(): boolean {
  const input = '#include <openssl/ssl.h>\n#if OPENSSL_VERSION_MAJOR < 3\n#error\n#endif\n';
  return spawnSync('cc', ['-E', '-x', 'c', '-'], { input }).status === 0;
}

// In TLS 1.2 a client that does not offer the curve of the server's certificate does not get that certificate (RFC 8422
// section 5.1). The first of the list is the client's preference.
function offeredGroups(tls: TlsVersion, group: string): string {
  return tls === '1.2' && group !== 'P-256' ? `${group}:P-256` : group;
}

/** compileClients compiles the C sources of the folder `sources`. */
export function compileClients(
  sources: string,
  directory: string,
  setup: { readonly pki: Pki; readonly settings: Settings },
): Clients {
  const to = (name: string): string => join(directory, name);
  const program = (name: string, ...parts: readonly string[]): string =>
    compile(sources, to(name), withConnection(name, ...parts), []);
  const preload = ['client-certificate-preload', 'client-context'];
  const { client } = setup.pki;
  const { tls, group } = setup.settings;
  const env = (key: ServerKey): Readonly<Record<string, string>> =>
    Object.freeze({
      BENCH_CERTIFICATE: client.certificate,
      BENCH_KEY: client.key,
      BENCH_TLS_VERSION: tls,
      BENCH_CIPHER: CIPHERS[tls][key],
      BENCH_GROUPS: offeredGroups(tls, group),
    });
  return Object.freeze({
    preload: compile(sources, to('preload.so'), preload, ['-shared', '-fPIC']),
    handshake: program('handshake-client'),
    flood: program('flood-client', 'silent-flood'),
    idle: program('idle-client', 'http2-exchange', 'http1-exchange'),
    stranger: program('stranger-client', 'schedule'),
    paced: program('paced-client', 'schedule', 'http1-exchange'),
    env: Object.freeze({ ecdsa: env('ecdsa'), rsa: env('rsa') }),
  });
}

function withConnection(...names: readonly string[]): readonly string[] {
  return [...names, 'tls-connection', 'client-context'];
}
