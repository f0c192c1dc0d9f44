/**
 * Owns a gateway with several server names: two authorities of clients, certificates of both kinds of key, and rules that
 * differ by name.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from './certificates.js';
import { type Config, type Credentials, startGateway, type TestGateway } from './gateway.js';
import { generateKey } from './keys.js';

export interface NamedGateway extends TestGateway {
  readonly staff: IssuedCertificate;
  /** A client of the second authority. */
  readonly person: IssuedCertificate;
  /** By file name without ".crt". */
  readonly servers: Readonly<Record<'api-ec' | 'api-rsa' | 'wild', IssuedCertificate>>;
}

const LISTENER = {
  bind: '127.0.0.1:0',
  certificates: [
    { cert: 'server.crt', key: 'server.key' },
    { cert: 'api-rsa.crt', key: 'api-rsa.key' },
    { cert: 'api-ec.crt', key: 'api-ec.key' },
    { cert: 'wild.crt', key: 'wild.key', names: ['*.edge.local'] },
  ],
  clientAuth: 'required',
  trust: 'clients',
  names: {
    'open.edge.local': { clientAuth: 'none' },
    'also-open.edge.local': { clientAuth: 'none', trust: 'staff' },
    'maybe.edge.local': { clientAuth: 'optional' },
    'staff.edge.local': { trust: 'staff' },
    'new.edge.local': { minVersion: '1.3' },
  },
} as const;

/** namedConfig answers /hello for anyone whom the rules of the name let in; `listener` is merged over the usual one. */
export function namedConfig({ client }: Credentials, listener: Config = {}): Config {
  const respond = { json: { hello: true } };
  return {
    workers: 1,
    trust: { clients: { ca: ['ca.crt'] }, staff: { ca: ['staff.crt'] } },
    clients: { client: { pins: [`sha256:${client.sha256}`] } },
    listeners: { edge: { ...LISTENER, ...listener } },
    routes: [
      { name: 'hello', match: { path: '/hello' }, allow: 'anyone', respond },
      { name: 'pinned', match: { path: '/pinned' }, allow: ['client'], respond },
    ],
  };
}

/** startNamedGateway makes certificates and runs a gateway with namedConfig. */
export async function startNamedGateway(listener: Config = {}): Promise<NamedGateway> {
  const staff = createAuthority('staff CA');
  const made: Partial<Record<keyof NamedGateway['servers'], IssuedCertificate>> = {};
  const gateway = await startGateway({
    config: (credentials, folder) => {
      const { authority } = credentials;
      const write = (name: keyof typeof made, dns: string, key = generateKey()): void => {
        const server = issueServer(authority, dns, [{ dns }], { key });
        made[name] = server;
        writeFileSync(join(folder, `${name}.crt`), server.pem);
        writeFileSync(join(folder, `${name}.key`), server.keyPem, { mode: 0o600 });
      };
      writeFileSync(join(folder, 'staff.crt'), staff.pem);
      write('api-rsa', 'api.local', generateKey('rsa2048'));
      write('api-ec', 'api.local');
      write('wild', '*.edge.local');
      return namedConfig(credentials, listener);
    },
  });
  const servers = made as NamedGateway['servers'];
  return { ...gateway, staff, person: issueClient(staff, 'person'), servers };
}
