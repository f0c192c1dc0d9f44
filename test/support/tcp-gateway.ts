/**
 * Owns the configuration of gateways that lead TCP connections by server name.
 */
import { type Config, type Credentials, type GatewayOptions, startGateway } from './gateway.js';

export interface TcpRoute {
  readonly serverName?: string;
  readonly to: string;
  readonly allow?: readonly string[] | 'any-trusted' | 'anyone';
  /** Of the route. */
  readonly more?: Config;
}

export interface TcpOptions {
  readonly routes: readonly TcpRoute[];
  /** Of the listener "plant". */
  readonly listener?: Config;
  /** Of the trust bundle. */
  readonly trust?: Config;
  readonly clients?: Config;
  readonly workers?: number;
}

/** tcpConfig has one listener with mode tcp, "plant", and a route to each service; the usual client may use all of them. */
export function tcpConfig(credentials: Credentials, options: TcpOptions): Config {
  const { routes, listener = {}, trust = {}, clients = {}, workers = 2 } = options;
  return {
    workers,
    trust: { clients: { ca: ['ca.crt'], ...trust } },
    clients: { client: { pins: [`sha256:${credentials.client.sha256}`] }, ...clients },
    upstreams: Object.fromEntries(routes.map(({ to }, i) => [`service-${i}`, { endpoints: [to] }])),
    listeners: {
      plant: {
        bind: '127.0.0.1:0',
        mode: 'tcp',
        certificates: [{ cert: 'server.crt', key: 'server.key' }],
        trust: 'clients',
        ...listener,
      },
    },
    routes: routes.map(({ serverName = '*', allow = ['client'], more = {} }, i) => ({
      name: `route-${i}`,
      match: { serverName },
      allow,
      proxy: `service-${i}`,
      ...more,
    })),
  };
}

/** startTcpGateway starts a gateway with `tcpConfig`. */
export function startTcpGateway(options: TcpOptions, more: GatewayOptions = {}) {
  return startGateway({
    drainTimeout: '50ms',
    ...more,
    config: (credentials) => tcpConfig(credentials, options),
  });
}
