/**
 * Owns a gateway whose trust bundle has a folder of revocation lists, with one client that stays and one that lists can name.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IssuedCertificate, issueClient } from './certificates.js';
import {
  type Config,
  type Credentials,
  type GatewayOptions,
  makeCredentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from './gateway.js';
import { SOCKET } from './reloads.js';
import { makeStateFolder, STATE } from './restarts.js';
import { issueRevocationList, type RevocationListRequest } from './revocation-lists.js';

/** LISTS is the folder of lists within the gateway's folder. */
export const LISTS = 'lists';

export type ListParts = Partial<Omit<RevocationListRequest, 'issuer'>>;

/** ListFolder writes the lists of a site. */
export class ListFolder {
  constructor(
    readonly path: string,
    readonly issuer: IssuedCertificate,
  ) {}

  /** write puts a list into the folder, or replaces it. */
  write(name: string, number: bigint, parts: ListParts = {}): void {
    const { pem } = issueRevocationList({ issuer: this.issuer, number, ...parts });
    writeFileSync(join(this.path, name), pem);
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
  }
}

export interface ListSite {
  readonly gateway: TestGateway;
  readonly lists: ListFolder;
  readonly leaver: IssuedCertificate;
  /** What a list says that names the leaver. */
  readonly names: Pick<ListParts, 'revoked'>;
}

interface SiteOptions extends Pick<GatewayOptions, 'args' | 'env'> {
  /** Writes the lists that are there at the start. */
  readonly begin: (lists: ListFolder, site: Pick<ListSite, 'names'>) => void;
  /** Left out: usualConfig, for both clients. */
  readonly config?: (credentials: Credentials, usual: Config) => Config;
}

function usualFor(credentials: Credentials, leaver: IssuedCertificate): Config {
  const usual = usualConfig(credentials);
  const [hello] = usual.routes as readonly Config[];
  return {
    ...usual,
    admin: { socket: SOCKET },
    watch: false,
    trust: { clients: { ca: ['ca.crt'], crl: { files: [LISTS] } } },
    clients: {
      ...(usual.clients as Config),
      leaver: { pins: [`sha256:${leaver.sha256}`] },
    },
    routes: [{ ...hello, allow: ['client', 'leaver'] }],
  };
}

/** startListSite starts a gateway that watches nothing: tests say when it reads its files again. */
export async function startListSite({
  begin,
  config,
  args,
  env = {},
}: SiteOptions): Promise<ListSite> {
  const credentials = makeCredentials();
  const leaver = issueClient(credentials.authority, 'leaver');
  const names = { revoked: [{ serial: leaver.serial }] };
  let lists: ListFolder | undefined;
  const gateway = await startGateway({
    credentials,
    env,
    ...(args === undefined ? {} : { args }),
    config: (_credentials, folder) => {
      makeStateFolder(folder);
      mkdirSync(join(folder, LISTS));
      lists = new ListFolder(join(folder, LISTS), credentials.authority);
      begin(lists, { names });
      const usual = usualFor(credentials, leaver);
      return { ...(config?.(credentials, usual) ?? usual), drainTimeout: '50ms' };
    },
  });
  await gateway.log.event('admin-listening');
  if (lists === undefined) throw new Error('there was no configuration');
  return { gateway, lists, leaver, names };
}

/** WITH_STATE is what a site with a state folder is run with. */
export const WITH_STATE: readonly string[] = ['--state', STATE];
