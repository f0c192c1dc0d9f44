import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'tap';
import { createAuthority, issueServer } from '../support/certificates.js';
import { get } from '../support/front.js';
import {
  makeCredentials,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { connectHttp, type HttpConnection } from '../support/http-connection.js';
import { generateKey, privateKeyPem } from '../support/keys.js';
import { askAdmin, SOCKET } from '../support/reloads.js';
import { issueRevocationList } from '../support/revocation-lists.js';
import { startUpstream } from '../support/upstream.js';

const RELOADS = 200;
const CONNECTIONS = 64;
const PAUSE_MS = 50;

/** Load is a number of kept-alive connections, half of them of each TLS version, that ask without end. */
class Load {
  readonly failures: string[] = [];
  requests = 0;
  #stopped = false;
  readonly #loops: Promise<void>[] = [];

  constructor(readonly gateway: TestGateway) {
    for (let index = 0; index < CONNECTIONS; index++) this.#loops.push(this.#ask(index));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  async #ask(index: number): Promise<void> {
    const version = index % 2 === 0 ? 'TLSv1.2' : 'TLSv1.3';
    const { port, credentials } = this.gateway;
    const { authority, client } = credentials;
    const connection = await connectHttp({ port, authority, client, version });
    for (let count = 0; !this.#stopped; count++) {
      await this.#once(connection, count % 2 === 0 ? '/hello' : '/api/things');
      await delay(PAUSE_MS);
    }
    connection.destroy();
  }

  async #once(connection: HttpConnection, path: string): Promise<void> {
    this.requests++;
    try {
      await connection.send(get(path));
      const { status } = await connection.readResponse();
      if (status !== 200) this.failures.push(`${path}: ${status}`);
    } catch (error) {
      this.failures.push(`${path}: ${error}`);
    }
  }
}

/** Files changes one of the gateway's files for each reload; what the client of the load needs stays. */
class Files {
  readonly #other = createAuthority('another CA');
  #number = 1n;

  constructor(
    readonly folder: string,
    readonly credentials: ReturnType<typeof makeCredentials>,
    readonly upstream: string,
  ) {}

  config(turn: number, pins: readonly string[] = []): object {
    const { client } = this.credentials;
    const usual = usualConfig(this.credentials, this.upstream);
    const own = [`sha256:${client.sha256}`, ...pins];
    const extra = {
      name: `extra-${turn}`,
      match: { path: `/extra/${turn}` },
      allow: ['client'],
      respond: { status: 204 },
    };
    return {
      ...usual,
      watch: false,
      admin: { socket: SOCKET },
      trust: { clients: { ca: ['ca.crt'], crl: { files: ['ca.crl'] } } },
      clients: { client: { pins: own } },
      routes: [...(usual.routes as object[]), extra],
    };
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
  }

  list(number: bigint): string {
    const serial = 0x1000n + number; // another one each time, never the client's
    return issueRevocationList({
      issuer: this.credentials.authority,
      number,
      revoked: [{ serial }],
    }).pem;
  }

  /** sound makes a change that can be served. */
  sound(turn: number): void {
    const { authority } = this.credentials;
    const changes: readonly (() => void)[] = [
      () => this.write('gateway.json', JSON.stringify(this.config(turn, [`sha256:${hex(turn)}`]))),
      () => this.write('gateway.json', JSON.stringify(this.config(turn))),
      () => this.renew(),
      () => this.write('ca.crt', authority.pem + (turn % 2 === 0 ? this.#other.pem : '')),
      () => this.write('ca.crl', this.list(++this.#number)),
    ];
    changes[turn % changes.length]?.();
  }

  renew(): void {
    const server = issueServer(this.credentials.authority);
    this.write('server.crt', server.pem);
    this.write('server.key', server.keyPem);
  }

  /** broken makes a change that cannot; it returns what makes good. */
  broken(turn: number): () => void {
    const { authority } = this.credentials;
    const change = (name: string, bad: string, good: () => string) => () => {
      this.write(name, bad);
      return () => this.write(name, good());
    };
    const changes: readonly (() => () => void)[] = [
      change('gateway.json', '{', () => JSON.stringify(this.config(turn))),
      change('ca.crt', '', () => authority.pem),
      change('ca.crl', this.list(0n), () => this.list(++this.#number)),
      () => {
        this.write('server.key', privateKeyPem(generateKey()));
        return () => this.renew();
      },
    ];
    return changes[(turn / 10) % changes.length]?.() ?? (() => undefined);
  }
}

const hex = (turn: number): string => turn.toString(16).padStart(64, '0');

test('200 reloads under load: no request is lost, every broken one is reported', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const credentials = makeCredentials();
  let files: Files | undefined;
  const gateway = await startGateway({
    credentials,
    config: (_, folder) => {
      files = new Files(folder, credentials, upstream.url);
      files.write('ca.crl', files.list(1n));
      return files.config(0) as ReturnType<typeof usualConfig>;
    },
  });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  const load = new Load(gateway);
  let generation = 1;
  const wrong: unknown[] = [];
  for (let turn = 1; turn <= RELOADS; turn++) {
    const isBroken = turn % 10 === 0;
    const mend = isBroken ? files?.broken(turn) : files?.sound(turn);
    const { status, body } = await askAdmin(gateway.folder, 'POST', '/v1/commands/reload');
    if (!isBroken) generation++;
    const expected = isBroken ? 422 : 200;
    if (status !== expected || body.generation !== generation) wrong.push({ turn, status, body });
    if (isBroken && (body.reason === '' || body.ok !== false)) wrong.push({ turn, body });
    mend?.();
  }
  await load.stop();
  t.same(wrong, [], 'every outcome was told as it was');
  t.equal(generation, 1 + RELOADS * 0.9);
  t.same(load.failures, [], `of ${load.requests} requests none was lost`);
  t.ok(load.requests > CONNECTIONS * 10, `${load.requests} requests`);
  const { body } = await askAdmin(gateway.folder, 'GET', '/v1/views/status');
  t.match(body, { generation, config: { state: 'live' } });
  t.match(body.counters, { connectionsAccepted: CONNECTIONS }, 'connections were kept');
});
