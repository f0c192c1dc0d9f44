/**
 * Owns one gateway at which everything that is judged can be had at once: requests, a WebSocket, a response without end, TCP
 * connections, and what `pinlatch explain` says of each. A test takes access away and asks all of them.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type DryRunRequest, runDry } from '../../src/engine/native.js';
import { compileFile } from '../../src/snapshot/compile-file.js';
import { createAuthority } from './certificates.js';
import type { LogLine } from './child-output.js';
import { type Config, type Credentials, startGateway, type TestGateway } from './gateway.js';
import { connectHttp } from './http-connection.js';
import { RawClient } from './raw-client.js';
import { outcomeOf } from './reloads.js';
import { openStream, startEndlessService } from './streams.js';
import { echo, startTcpService } from './tcp-service.js';
import { Tunnel } from './tunnel.js';
import { startEchoService } from './websockets.js';

/** HOST is for what requests ask and what TCP connections are made for. */
export const HOST = 'house.test';

/** Site is the configuration in parts, for a rule to change. `plant` is the listener with mode tcp. */
export interface SiteConfig {
  readonly clients: Config;
  readonly trust: Config;
  readonly edge: Config;
  readonly plant: Config;
  /** Every HTTP route but one, on which every trusted client may stay. */
  readonly http: Config;
  /** The route of TCP connections. */
  readonly tcp: Config;
}

/** Way is one of the ways to be judged. */
export type Way = 'request' | 'websocket' | 'stream' | 'new connection' | 'old connection';

/** Verdict is the code that the gateway gave, beside what explain says: "admitted" where there is none. */
export interface Verdict {
  readonly gateway: string;
  readonly explain: string;
}

export type Verdicts = Readonly<Partial<Record<Way, Verdict>>>;

type Urls = Readonly<Record<'ws' | 'events' | 'tcp', string>>;

const PATHS = { request: '/ask', websocket: '/ws', stream: '/events' } as const;

function startConfig(credentials: Credentials): SiteConfig {
  const certificates = [{ cert: 'server.crt', key: 'server.key' }];
  const common = { bind: '127.0.0.1:0', certificates, trust: 'clients' };
  const allow = ['client'];
  return {
    clients: { client: { pins: [`sha256:${credentials.client.sha256}`] } },
    trust: { clients: { ca: ['ca.crt'] }, staff: { ca: ['staff.crt'] } },
    edge: { ...common, timeouts: { eviction: '1ms' } },
    plant: { ...common, mode: 'tcp' },
    http: { allow },
    tcp: { match: { serverName: HOST }, allow },
  };
}

function wholeConfig({ clients, trust, edge, plant, http, tcp }: SiteConfig, urls: Urls): Config {
  const { match = {}, ...rule } = http as { readonly match?: Config };
  const route = (name: string, path: string, action: Config) => ({
    ...{ name, match: { path, ...match }, ...rule },
    ...action,
  });
  return {
    workers: 1,
    drainTimeout: '50ms',
    trust,
    clients,
    upstreams: Object.fromEntries(
      Object.entries(urls).map(([name, url]) => [name, { endpoints: [url] }]),
    ),
    listeners: { edge, plant },
    routes: [
      route('request', PATHS.request, { respond: { status: 204 } }),
      route('websocket', PATHS.websocket, { proxy: 'ws', upgrade: ['websocket'] }),
      route('stream', PATHS.stream, { proxy: 'events' }),
      { name: 'lobby', match: { path: '/' }, allow: 'any-trusted', respond: { status: 204 } },
      { name: 'tcp', ...tcp, proxy: 'tcp' },
      { name: 'hall', match: { serverName: 'hall.test' }, allow: 'any-trusted', proxy: 'tcp' },
    ],
  };
}

const headOf = (path: string, more: readonly string[] = []): string =>
  [`GET ${path} HTTP/1.1`, `Host: ${HOST}`, ...more, '\r\n'].join('\r\n');

const OPENING = headOf(PATHS.websocket, [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
]);

const code = (line: LogLine): string => String(line.code ?? 'admitted');

/** JudgedSite is the gateway with a WebSocket, a stream and a TCP connection under way. */
export class JudgedSite {
  private constructor(
    private readonly gateway: TestGateway,
    private readonly start: SiteConfig,
    private readonly urls: Urls,
  ) {}

  /** open starts it, and all of them. It ends with the test. */
  static async open(t: Test): Promise<JudgedSite> {
    const [ws, events, tcp] = await Promise.all([
      startEchoService(t),
      startEndlessService(t),
      startTcpService(echo),
    ]);
    const urls = { ws: ws.url, events: events.url, tcp: tcp.url };
    const gateway = await startGateway({
      config: (credentials, folder) => {
        writeFileSync(join(folder, 'staff.crt'), createAuthority('staff').pem);
        return wholeConfig(startConfig(credentials), urls);
      },
    });
    t.teardown(async () => {
      await tcp.close();
      await gateway.stop();
    });
    const { credentials, ports } = gateway;
    const port = ports.edge ?? 0;
    const socket = await RawClient.connect({ port, ...credentials, version: 'TLSv1.2' });
    await socket.send(OPENING);
    while (!socket.received.includes('101')) await once(socket.socket, 'data');
    const call = { port, credentials, protocol: 'HTTP/1.1', version: 'TLSv1.2' } as const;
    await (await openStream({ ...call, path: PATHS.stream, host: HOST })).more();
    const old = await JudgedSite.#connect(gateway);
    old.write('a');
    await old.until(({ length }) => length === 1);
    return new JudgedSite(gateway, startConfig(credentials), urls);
  }

  static #connect({ ports, credentials }: TestGateway): Promise<Tunnel> {
    const port = ports.plant ?? 0;
    return Tunnel.open({ port, ...credentials, servername: HOST, version: 'TLSv1.2' });
  }

  /** judge applies a rule that takes access away, and asks in these ways. */
  async judge(
    change: (config: SiteConfig, credentials: Credentials) => SiteConfig,
    ways: readonly Way[],
  ): Promise<Verdicts> {
    const { gateway } = this;
    gateway.writeConfig(wholeConfig(change(this.start, gateway.credentials), this.urls));
    const { event, code: failed } = await outcomeOf(gateway, () => gateway.signal('SIGHUP'));
    if (event !== 'reloaded') throw new Error(`the rule does not load: ${String(failed)}`);
    const verdicts: [Way, Verdict][] = [];
    for (const way of ways) {
      verdicts.push([way, { gateway: await this.#answer(way), explain: await this.#explain(way) }]);
    }
    return Object.fromEntries(verdicts);
  }

  #answer(way: Way): Promise<string> {
    switch (way) {
      case 'request':
        return this.#request();
      case 'new connection':
        return this.#connection();
      case 'old connection':
        return this.#closed();
      default:
        return this.#ended(PATHS[way]);
    }
  }

  async #explain(way: Way): Promise<string> {
    const compiled = await compileFile(this.gateway.configPath);
    if (!compiled.ok) throw new Error('the configuration is broken');
    const asked: Pick<DryRunRequest, 'listener' | 'method' | 'path'> & { serverName?: string } =
      way === 'old connection' || way === 'new connection'
        ? { listener: 'plant', method: 'CONNECT', path: '/' }
        : { listener: 'edge', method: 'GET', path: PATHS[way], serverName: 'localhost' };
    const { handshake, request } = runDry({
      ...asked,
      document: compiled.document,
      chain: Buffer.from(this.gateway.credentials.client.pem),
      host: HOST,
      time: Math.floor(Date.now() / 1000),
      tls: '1.2',
    });
    return handshake?.code ?? request?.code ?? 'admitted';
  }

  /** The code of the last line that a new one leaves, from `act` on. */
  async #codeAfter(act: () => Promise<unknown>, isIts: (line: LogLine) => boolean) {
    const { log } = this.gateway;
    const from = log.lines.length;
    await act();
    return code(await log.find((line) => log.lines.indexOf(line) >= from && isIts(line)));
  }

  #request(): Promise<string> {
    const { ports, credentials } = this.gateway;
    const ask = async () => {
      const port = ports.edge ?? 0;
      const client = await connectHttp({ port, ...credentials, version: 'TLSv1.2' });
      await client.send(headOf(PATHS.request));
      await client.readResponse();
      client.destroy();
    };
    return this.#codeAfter(
      () => ask().catch(() => undefined),
      ({ type, event, path }) =>
        event === 'handshake-refused' || (type === 'access' && path === PATHS.request),
    );
  }

  #connection(): Promise<string> {
    const ask = async () => (await JudgedSite.#connect(this.gateway)).closed;
    return this.#codeAfter(
      () => ask().catch(() => undefined),
      ({ type, event, listener }) =>
        listener === 'plant' && (event === 'handshake-refused' || type === 'access'),
    );
  }

  async #ended(path: string): Promise<string> {
    return code(
      await this.gateway.log.find((line) => line.type === 'access' && line.path === path),
    );
  }

  // A connection that is closed as a whole is told of so; one that is refused its route, as one that was asked.
  async #closed(): Promise<string> {
    const { log } = this.gateway;
    // The last line of it: what comes later is of another connection.
    await log.find(({ listener, type }) => listener === 'plant' && type === 'access');
    return code(
      await log.find(({ listener, code: told }) => listener === 'plant' && told !== undefined),
    );
  }
}
