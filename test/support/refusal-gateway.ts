/**
 * Owns a gateway that meets the refusal table: one listener for each trust bundle, of the same name, with a route that takes
 * whoever the bundle trusts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeChainCases } from './chain-cases.js';
import { makeExtensionCases } from './extension-cases.js';
import { type Config, startGateway, type TestGateway } from './gateway.js';
import { type Authorities, type Case, makeAuthorities } from './refusal-case.js';
import { type Bundle, makeRevocationCases } from './revocation-cases.js';

export interface RefusalGateway extends TestGateway {
  readonly authorities: Authorities;
  readonly cases: readonly Case[];
}

const BUNDLES: readonly Bundle[] = [
  { name: 'plain', trust: { ca: ['root.crt'] } },
  { name: 'partial', trust: { ca: ['intermediate.crt'] } },
  { name: 'shallow', trust: { ca: ['root.crt'], maxDepth: 2 } },
  { name: 'strong', trust: { ca: ['root.crt'], minRsaBits: 3072 } },
];

function configOf(bundles: readonly Bundle[], pins: readonly string[]): Config {
  const listener = ({ name }: Bundle) => [
    name,
    {
      bind: '127.0.0.1:0',
      certificates: [{ cert: 'server.crt', key: 'server.key' }],
      trust: name,
    },
  ];
  const respond = { json: { hello: true } };
  return {
    workers: 1,
    trust: Object.fromEntries(bundles.map(({ name, trust }) => [name, trust])),
    clients: { own: { pins } },
    listeners: Object.fromEntries(bundles.map(listener)),
    routes: [
      { name: 'trusted', match: { path: '/trusted' }, allow: 'any-trusted', respond },
      // What a self-signed bundle trusts is what the clients of its routes pin.
      { name: 'own', match: { path: '/own' }, listeners: ['own'], allow: ['own'], respond },
    ],
  };
}

function writeFiles(folder: string, bundles: readonly Bundle[]): void {
  for (const { files = {} } of bundles) {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }
}

/** startRefusalGateway makes all certificates and runs the gateway. */
export async function startRefusalGateway(): Promise<RefusalGateway> {
  const authorities = makeAuthorities();
  const revocation = makeRevocationCases(authorities);
  const bundles = [...BUNDLES, ...revocation.bundles];
  const gateway = await startGateway({
    config: (_usual, folder) => {
      writeFileSync(join(folder, 'root.crt'), authorities.root.pem);
      writeFileSync(join(folder, 'intermediate.crt'), authorities.intermediate.pem);
      writeFiles(folder, bundles);
      return configOf(
        bundles,
        revocation.pinned.map(({ sha256 }) => sha256),
      );
    },
  });
  const cases = [
    ...makeChainCases(authorities),
    ...makeExtensionCases(authorities),
    ...revocation.cases,
  ];
  return { ...gateway, authorities, cases };
}
