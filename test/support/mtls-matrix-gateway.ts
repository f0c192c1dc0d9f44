/**
 * Owns a gateway that serves the mTLS matrix: a listener for every kind of server key and of client authentication, one
 * trust bundle with the authorities and revocation lists of every kind of key.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, startGateway, type TestGateway } from './gateway.js';
import type { KeyType } from './keys.js';
import { type MatrixCredentials, makeMatrixCredentials } from './mtls-credentials.js';
import { CLIENT_AUTH, type ClientAuth, KEY_TYPES } from './mtls-matrix.js';

/** MatrixGateway serves a listener for every kind of server key and of client authentication: see listenerName. */
export interface MatrixGateway extends TestGateway {
  /** The credentials of every kind of key, all of them trusted on every listener. */
  readonly matrix: ReadonlyMap<KeyType, MatrixCredentials>;
}

/** FIRST_PATH is served to anyone and is in no row of the matrix: what is asked there is not observed. */
export const FIRST_PATH = '/first';

export const listenerName = (keys: KeyType, auth: ClientAuth): string => `${keys}-${auth}`;

function listenersFor(keys: KeyType): readonly (readonly [string, Config])[] {
  return CLIENT_AUTH.map((clientAuth) => [
    listenerName(keys, clientAuth),
    {
      bind: '127.0.0.1:0',
      certificates: [{ cert: `${keys}-server.crt`, key: `${keys}-server.key` }],
      clientAuth,
      trust: 'devices',
      forwardIdentity: ['envoy'],
    },
  ]);
}

/**
 * matrixConfig pins every holder but the one that is not pinned, so that a wrong chain is refused for the chain alone. With
 * an upstream, a URL, /proxied/… leads to it for anyone.
 */
export function matrixConfig(
  matrix: ReadonlyMap<KeyType, MatrixCredentials>,
  upstream?: string,
): Config {
  const kinds = [...matrix.keys()];
  const pins = [...matrix.values()].flatMap(({ holders }) =>
    Object.entries(holders)
      .filter(([holder]) => holder !== 'not pinned')
      .map(([, { sha256 }]) => sha256),
  );
  const respond = { json: { hello: true } };
  const route = (name: string, allow: unknown) => ({
    name,
    match: { path: `/${name}` },
    allow,
    respond,
  });
  const proxied = {
    name: 'proxied',
    match: { path: '/proxied/*' },
    allow: 'anyone',
    proxy: 'service',
  };
  const answered = [
    route('pinned', ['device']),
    route('trusted', 'any-trusted'),
    route('open', 'anyone'),
    route('first', 'anyone'),
  ];
  return {
    workers: 2,
    trust: {
      devices: {
        ca: kinds.map((keys) => `${keys}-ca.crt`),
        crl: { files: kinds.map((keys) => `${keys}.crl`) },
      },
    },
    clients: { device: { pins: [...new Set(pins)] } },
    listeners: Object.fromEntries(kinds.flatMap(listenersFor)),
    ...(upstream === undefined ? {} : { upstreams: { service: { endpoints: [upstream] } } }),
    routes: upstream === undefined ? answered : [...answered, proxied],
  };
}

function writeMatrix(folder: string, matrix: ReadonlyMap<KeyType, MatrixCredentials>): void {
  for (const [keys, { root, server, revocationLists }] of matrix) {
    writeFileSync(join(folder, `${keys}-ca.crt`), root.pem);
    writeFileSync(join(folder, `${keys}.crl`), revocationLists);
    writeFileSync(join(folder, `${keys}-server.crt`), server.pem);
    writeFileSync(join(folder, `${keys}-server.key`), server.keyPem, { mode: 0o600 });
  }
}

/** startMatrixGateway makes credentials of these kinds of keys and runs a gateway with them. */
export async function startMatrixGateway(
  kinds: readonly KeyType[] = KEY_TYPES,
  upstream?: string,
): Promise<MatrixGateway> {
  const matrix = new Map(kinds.map((keys) => [keys, makeMatrixCredentials(keys)]));
  const gateway = await startGateway({
    config: (_usual, folder) => {
      writeMatrix(folder, matrix);
      return matrixConfig(matrix, upstream);
    },
  });
  return { ...gateway, matrix };
}
