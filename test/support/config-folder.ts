/**
 * Owns a folder with all the files that a configuration may name, made for one test file: a client CA with a revocation
 * list, and a server certificate with its key. firmware-config/gateway.json compiles in it.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from './certificates.js';
import { issueRevocationList } from './revocation-lists.js';

export interface ConfigFolder {
  readonly path: string;
  readonly clientAuthority: IssuedCertificate;
  readonly serverAuthority: IssuedCertificate;
  readonly server: IssuedCertificate;
  readonly client: IssuedCertificate;
  /** write stores text under a name in the folder and returns the path. */
  write(name: string, text: string | Buffer): string;
}

/** makeConfigFolder fills `path` (which exists) with certs/{client-ca.crt,client-ca.crl,server.crt,server.key}. */
export function makeConfigFolder(path: string): ConfigFolder {
  const clientAuthority = createAuthority('client CA');
  const serverAuthority = createAuthority('server CA');
  const server = issueServer(serverAuthority);
  const write = (name: string, text: string | Buffer): string => {
    const file = join(path, name);
    writeFileSync(file, text);
    return file;
  };
  mkdirSync(join(path, 'certs'), { recursive: true });
  write('certs/client-ca.crt', clientAuthority.pem);
  write('certs/client-ca.crl', issueRevocationList({ issuer: clientAuthority }).pem);
  write('certs/server.crt', server.pem);
  chmodSync(write('certs/server.key', server.keyPem), 0o600);
  const client = issueClient(clientAuthority, 'billing');
  return Object.freeze({ path, clientAuthority, serverAuthority, server, client, write });
}

/** minimalConfig is a configuration that compiles in a ConfigFolder, with entries replaced or added. */
export function minimalConfig(changes: Readonly<Record<string, unknown>> = {}): string {
  const config = {
    trust: { devices: { ca: ['certs/client-ca.crt'] } },
    clients: { billing: { pins: ['11'.repeat(32)] } },
    upstreams: { crm: { endpoints: ['http://127.0.0.1:9000'] } },
    listeners: {
      edge: {
        bind: '127.0.0.1:0',
        certificates: [{ cert: 'certs/server.crt', key: 'certs/server.key' }],
        trust: 'devices',
      },
    },
    routes: [{ name: 'all', match: { path: '/*' }, allow: ['billing'], proxy: 'crm' }],
    ...changes,
  };
  return JSON.stringify(config, null, 2);
}
