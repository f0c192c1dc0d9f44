/**
 * Owns the folder of the demo: its certificates, made once and made anew before they expire, and a configuration for each demo that runs.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectCertificates } from '../engine/native.js';
import {
  type CredentialFiles,
  credentialFiles,
  makeAuthority,
  makeClient,
  makeServer,
} from './credentials.js';

/** DemoCredentials is every credential that the demo shows something with. */
export interface DemoCredentials {
  readonly folder: string;
  readonly authority: CredentialFiles;
  readonly server: CredentialFiles;
  /** Of the CA, and pinned to the route. */
  readonly pinned: CredentialFiles;
  /** Of the CA, and pinned to nothing. */
  readonly unpinned: CredentialFiles;
  readonly otherAuthority: CredentialFiles;
  /** Of the other CA. */
  readonly stranger: CredentialFiles;
}

const DAY_SECONDS = 24 * 60 * 60;

function credentialsIn(folder: string): DemoCredentials {
  return Object.freeze({
    folder,
    authority: credentialFiles(folder, 'ca'),
    server: credentialFiles(folder, 'server'),
    pinned: credentialFiles(folder, 'pinned-client'),
    unpinned: credentialFiles(folder, 'other-client'),
    otherAuthority: credentialFiles(folder, 'another-ca'),
    stranger: credentialFiles(folder, 'client-of-another-ca'),
  });
}

function credentialsOf({ folder: _folder, ...credentials }: DemoCredentials): CredentialFiles[] {
  return Object.values(credentials);
}

// A certificate that ends during the demo is no use. A key is looked for, and not opened.
function isUsable({ certificate, key }: CredentialFiles, now: number): boolean {
  try {
    const [identity] = inspectCertificates(readFileSync(certificate));
    if (!statSync(key).isFile()) return false;
    return (
      identity !== undefined && identity.notBefore <= now && identity.notAfter > now + DAY_SECONDS
    );
  } catch {
    return false;
  }
}

function make(credentials: DemoCredentials): void {
  const { folder, authority, server, pinned, unpinned, otherAuthority, stranger } = credentials;
  for (const { certificate, key } of credentialsOf(credentials)) {
    rmSync(certificate, { force: true });
    rmSync(key, { force: true });
  }
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  makeAuthority(authority, 'pinlatch demo CA');
  makeServer(server, authority);
  makeClient(pinned, authority, 'pinned-client');
  makeClient(unpinned, authority, 'other-client');
  makeAuthority(otherAuthority, 'another CA');
  makeClient(stranger, otherAuthority, 'pinned-client');
}

/** prepareCredentials returns the credentials of the demo; they are made when one is missing, broken or about to expire. */
export function prepareCredentials(folder: string): DemoCredentials {
  const credentials = credentialsIn(folder);
  const now = Math.floor(Date.now() / 1000);
  if (!credentialsOf(credentials).every((one) => isUsable(one, now))) make(credentials);
  return credentials;
}

/**
 * writeDemoConfig writes the configuration of a demo beside its certificates, and returns its path. A demo that runs has the port of
 * its service to itself, and by that a file to itself: another one of the same folder leaves it alone.
 */
export function writeDemoConfig(
  credentials: DemoCredentials,
  port: number,
  upstreamPort: number,
): string {
  const path = join(credentials.folder, `gateway-${upstreamPort}.json`);
  const [pinned] = inspectCertificates(readFileSync(credentials.pinned.certificate));
  const config = {
    trust: { devices: { ca: ['ca.crt'] } },
    clients: { 'pinned-client': { pins: [`sha256:${pinned?.sha256}`] } },
    upstreams: { customers: { endpoints: [`http://127.0.0.1:${upstreamPort}`] } },
    listeners: {
      demo: {
        bind: `127.0.0.1:${port}`,
        certificates: [{ cert: 'server.crt', key: 'server.key' }],
        clientAuth: 'required',
        trust: 'devices',
        // A browser offers only the certificate that the demo made.
        announceAuthorities: true,
      },
    },
    routes: [
      {
        name: 'customer',
        match: { path: '/api/customer', methods: ['GET'] },
        allow: ['pinned-client'],
        proxy: 'customers',
      },
    ],
  };
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
  return path;
}
