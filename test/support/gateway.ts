/**
 * Owns a gateway under test: `pinlatch run` as a child process on port 0, in a folder of its own. Ready means that its log
 * says so; nothing here sleeps. Every child is ended by its process id, at the latest when this process ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createAuthority,
  type IssuedCertificate,
  issueClient,
  issueServer,
} from './certificates.js';
import { type Exit, type Followed, followChild, type LogReader } from './child-output.js';
import { removeAtExit } from './folders.js';
import { generateKey, type KeyType } from './keys.js';
import { NODE, NODE_ENV } from './node.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** MAIN is the built program. */
export const MAIN = join(ROOT, 'dist', 'cli', 'main.js');

/** Credentials are the usual ones: a CA, a server, a client that the usual configuration pins. */
export interface Credentials {
  readonly authority: IssuedCertificate;
  readonly server: IssuedCertificate;
  readonly client: IssuedCertificate;
}

/** makeCredentials makes a new set; `serverKey` is the kind of the server's key. */
export function makeCredentials(serverKey: KeyType = 'p256'): Credentials {
  const authority = createAuthority('test CA');
  return Object.freeze({
    authority,
    server: issueServer(authority, 'localhost', undefined, { key: generateKey(serverKey) }),
    client: issueClient(authority, 'test client'),
  });
}

/** makeFolder makes a folder that is gone when the process ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pinlatch-test-'));
  removeAtExit(folder);
  return folder;
}

/** writeCredentials writes ca.crt, server.crt and server.key (0600) into a folder. */
export function writeCredentials(folder: string, { authority, server }: Credentials): void {
  writeFileSync(join(folder, 'ca.crt'), authority.pem);
  writeFileSync(join(folder, 'server.crt'), server.pem);
  writeFileSync(join(folder, 'server.key'), server.keyPem, { mode: 0o600 });
}

/** Config is the object that becomes gateway.json; its parts are merged over the usual ones. */
export type Config = Readonly<Record<string, unknown>>;

/**
 * usualConfig pins the client of `credentials` and has one listener, "edge", on a free port of 127.0.0.1. Without routes of
 * its own: GET /hello answers {"hello":true}, and everything below /api goes to `upstream` when there is one.
 */
export function usualConfig(credentials: Credentials, upstream?: string): Config {
  const allow = ['client'];
  const hello = {
    name: 'hello',
    match: { path: '/hello' },
    allow,
    respond: { json: { hello: true } },
  };
  const proxied = { name: 'api', match: { path: '/api/*' }, allow, proxy: 'service' };
  return {
    workers: 2,
    trust: { clients: { ca: ['ca.crt'] } },
    clients: { client: { pins: [`sha256:${credentials.client.sha256}`] } },
    ...(upstream === undefined ? {} : { upstreams: { service: { endpoints: [upstream] } } }),
    listeners: {
      edge: {
        bind: '127.0.0.1:0',
        certificates: [{ cert: 'server.crt', key: 'server.key' }],
        clientAuth: 'required',
        trust: 'clients',
      },
    },
    routes: upstream === undefined ? [hello] : [hello, proxied],
  };
}

/** Program is a child process of which every line is kept. */
export interface Program extends Followed {
  readonly child: ChildProcess;
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
}

// A sanitizer's run time has to come before everything else in the process that loads a sanitized addon
// (scripts/test-addon-asan.mjs).
const { PINLATCH_TEST_PRELOAD } = process.env;
const PRELOAD = PINLATCH_TEST_PRELOAD === undefined ? {} : { LD_PRELOAD: PINLATCH_TEST_PRELOAD };

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A command that becomes the program, such as ["setpriv", "--bounding-set=-all"]. */
  readonly through?: readonly string[];
  /** Flags of node itself. */
  readonly flags?: readonly string[];
}

/** startProgram runs node with these arguments. */
export function startProgram(
  args: readonly string[],
  { cwd, env, through = [], flags = [] }: ProgramOptions,
): Program {
  const [command = NODE, ...rest] = [...through, NODE, ...flags, ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { ...process.env, NOTIFY_SOCKET: '', ...NODE_ENV, ...PRELOAD, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { output, errors, exited } = followChild(child, 'the program');
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot run ${NODE}`);
  return { child, pid, output, errors, exited, signal: (name) => void process.kill(pid, name) };
}

/** runPinlatch runs one command of the built program. */
export function runPinlatch(args: readonly string[], options: ProgramOptions): Program {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: npm run build');
  return startProgram([MAIN, ...args], options);
}

/** TestGateway is a gateway that serves. */
export interface TestGateway extends Program {
  readonly folder: string;
  readonly configPath: string;
  readonly credentials: Credentials;
  /** The port of the first listener. */
  readonly port: number;
  /** By the listener's name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly log: LogReader;
  /** writeConfig replaces gateway.json; send SIGHUP for it to count. */
  writeConfig(config: Config | string): void;
  /** stop sends SIGTERM and waits for the end. */
  stop(): Promise<Exit>;
}

export interface GatewayOptions {
  /** Left out: usualConfig with `upstream`. */
  readonly config?: (credentials: Credentials, folder: string) => Config;
  readonly upstream?: string;
  /** Such as "50ms"; merged into whatever the configuration is. */
  readonly drainTimeout?: string;
  readonly credentials?: Credentials;
  readonly env?: NodeJS.ProcessEnv;
  /** More arguments for pinlatch run. */
  readonly args?: readonly string[];
  readonly through?: readonly string[];
  /** Its memory is closed also to a test that is not root's. */
  readonly closed?: boolean;
}

// PINLATCH_TEST_PROVIDER runs the same tests with the other crypto provider.
function withProvider(config: Config): Config {
  const { PINLATCH_TEST_PROVIDER: provider } = process.env;
  return provider === undefined ? config : { crypto: { provider }, ...config };
}

/** startGateway writes credentials and gateway.json into a new folder, runs a gateway there and waits until it serves. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const { credentials = makeCredentials(), upstream, drainTimeout, env = {}, args = [] } = options;
  const { through = [], closed = false } = options;
  const folder = makeFolder();
  const configPath = join(folder, 'gateway.json');
  const writeConfig = (config: Config | string): void =>
    writeFileSync(
      configPath,
      typeof config === 'string' ? config : JSON.stringify(withProvider(config), null, 2),
    );
  writeCredentials(folder, credentials);
  const config = options.config?.(credentials, folder) ?? usualConfig(credentials, upstream);
  writeConfig(drainTimeout === undefined ? config : { ...config, drainTimeout });

  // Tests look into the process by /proc, which is root's alone unless it is debuggable.
  const own = closed || process.getuid?.() === 0 ? [] : ['--debuggable'];
  const program = runPinlatch(['run', '--log-format', 'json', ...own, ...args], {
    cwd: folder,
    env,
    through,
  });
  const log = program.output;
  await log.event('serving');
  const listening = log.lines.filter(({ event }) => event === 'listening');
  const ports = Object.fromEntries(
    listening.map(({ listener, port }) => [listener, port as number]),
  );
  const stop = async (): Promise<Exit> => {
    program.signal('SIGTERM');
    return program.exited;
  };
  const port = listening[0]?.port as number;
  return { ...program, folder, configPath, credentials, port, ports, log, writeConfig, stop };
}
