/**
 * Owns the configuration of gateways that pass everything on: every path, for the pinned client, to one upstream.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Config, type Credentials, usualConfig } from './gateway.js';

export interface ProxyOptions {
  /** Of the route that proxies; left out: everything. */
  readonly path?: string;
  readonly methods?: readonly string[];
  /** Of the listener. */
  readonly timeouts?: Config;
  readonly limits?: Config;
  readonly forwardIdentity?: readonly unknown[];
  readonly clientAuth?: 'required' | 'optional' | 'none';
  readonly allow?: readonly string[] | 'anyone' | 'any-trusted';
  /** Of the upstream: timeouts and the like. */
  readonly service?: Config;
  /** One worker: a client's next request meets the upstream connection that the last one left. */
  readonly workers?: number;
  readonly more?: readonly Config[];
  /** Clients besides the usual one. */
  readonly clients?: Config;
  /** Keys of the file itself. */
  readonly extra?: Config;
  /** Trust bundles besides the usual one, and the files that they need. */
  readonly trust?: Config;
  readonly files?: Readonly<Record<string, string>>;
}

/** proxyConfig is for `startGateway({ config })`; `more` are routes besides the one that proxies everything. */
export function proxyConfig(upstream: string, options: ProxyOptions = {}) {
  const { methods, timeouts, limits, forwardIdentity, clientAuth, more = [] } = options;
  return (credentials: Credentials, folder?: string): Config => {
    for (const [name, text] of Object.entries(options.files ?? {})) {
      writeFileSync(join(folder ?? '.', name), text, { mode: 0o600 });
    }
    const usual = usualConfig(credentials, upstream);
    const { edge } = usual.listeners as { readonly edge: Config };
    const match = { path: options.path ?? '/*', ...(methods === undefined ? {} : { methods }) };
    const all = { name: 'all', match, allow: options.allow ?? ['client'], proxy: 'service' };
    return {
      ...usual,
      ...options.extra,
      workers: options.workers ?? 2,
      trust: { ...(usual.trust as Config), ...options.trust },
      clients: { ...(usual.clients as Config), ...options.clients },
      upstreams: { service: { endpoints: [upstream], ...options.service } },
      listeners: {
        edge: {
          ...edge,
          ...(timeouts === undefined ? {} : { timeouts }),
          ...(limits === undefined ? {} : { limits }),
          ...(forwardIdentity === undefined ? {} : { forwardIdentity }),
          ...(clientAuth === undefined ? {} : { clientAuth }),
        },
      },
      routes: [...more, all],
    };
  };
}
