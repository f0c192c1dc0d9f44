/**
 * Owns what tests of reloads share: waiting for outcomes in the log, clients on both versions of TLS, and the verbs of the
 * admin socket.
 */
import { request } from 'node:http';
import { join } from 'node:path';
import type { IssuedCertificate } from './certificates.js';
import type { LogLine } from './child-output.js';
import { call } from './client.js';
import { type Config, type Credentials, type TestGateway, usualConfig } from './gateway.js';

/** SOCKET is the name of the admin socket in the gateway's folder. */
export const SOCKET = 'admin.sock';

/** adminConfig is usualConfig with an admin socket. */
export function adminConfig(credentials: Credentials): Config {
  return { ...usualConfig(credentials), admin: { socket: SOCKET } };
}

const isOutcome = ({ event }: LogLine): boolean =>
  event === 'reloaded' || event === 'reload-failed';

/** outcomeOf resolves with the outcome of the first reload after `act`. */
export function outcomeOf({ log }: TestGateway, act: () => void): Promise<LogLine> {
  const from = log.lines.length;
  act();
  return log.find((line) => isOutcome(line) && log.lines.indexOf(line, from) >= from);
}

/** outcomes lists the outcomes so far. */
export function outcomes({ log }: TestGateway): readonly LogLine[] {
  return log.lines.filter(isOutcome);
}

/** Visit is what a client got: the status, or the alert that ended its handshake. */
export type Visit = number | string;

/** visit asks for a path on TLS 1.2 and 1.3 at once. */
export function visit(
  { port, credentials }: Pick<TestGateway, 'port' | 'credentials'>,
  options: {
    readonly path?: string;
    readonly authority?: IssuedCertificate;
    readonly client?: IssuedCertificate;
  } = {},
): Promise<readonly Visit[]> {
  const { path = '/hello', authority = credentials.authority } = options;
  const client = options.client ?? credentials.client;
  const visits = (['TLSv1.2', 'TLSv1.3'] as const).map((version) =>
    call({ port, authority, client, path, version }).then(
      ({ status }): Visit => status,
      (error): Visit => /SSL alert number (\d+)/.exec(String(error))?.[1] ?? String(error),
    ),
  );
  return Promise.all(visits);
}

export interface AdminReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** askAdmin asks the admin socket in a folder. */
export function askAdmin(folder: string, method: string, path: string): Promise<AdminReply> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: join(folder, SOCKET), method, path, agent: false });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString());
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    asked.end();
  });
}

/** reloadByCommand does what pinlatch reload does; when it resolves, the log has the outcome as well. */
export async function reloadByCommand(gateway: TestGateway): Promise<AdminReply> {
  const replies: Promise<AdminReply>[] = [];
  await outcomeOf(gateway, () => {
    replies.push(askAdmin(gateway.folder, 'POST', '/v1/commands/reload'));
  });
  const [reply] = await Promise.all(replies);
  if (reply === undefined) throw new Error('there is no reply');
  return reply;
}
