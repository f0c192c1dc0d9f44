/**
 * Owns the ways to meet the mTLS matrix, with Node's TLS and with OpenSSL's own client, and the observing of what came of
 * it: what the client saw, beside what the gateway's log says.
 */
import type { IssuedCertificate } from './certificates.js';
import type { LogLine } from './child-output.js';
import { call } from './client.js';
import { connectHttp } from './http-connection.js';
import type { Cell, Observed, Version } from './mtls-matrix.js';
import { FIRST_PATH, listenerName, type MatrixGateway } from './mtls-matrix-gateway.js';
import { opensslCall } from './openssl-client.js';
import { RawClient } from './raw-client.js';

/** Target is what an Attempt connects to, and with what. */
export interface Target {
  readonly port: number;
  readonly authority: IssuedCertificate;
  readonly client?: IssuedCertificate;
  readonly version: Version;
  readonly path: string;
}

/** Outcome is what the client saw: the number of an alert, or a reply; `failure` when it was neither. */
export type Outcome =
  | { readonly alert: number }
  | { readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly failure: string };

/** Attempt makes one request. A refusal is an Outcome: it rejects only when the client itself is broken. */
export type Attempt = (target: Target) => Promise<Outcome>;

function alertOrFailure(complaint: string): Outcome {
  const [, number] = /SSL alert number (\d+)/.exec(complaint) ?? [];
  return number === undefined ? { failure: complaint } : { alert: Number(number) };
}

/** nodeAttempt is node:https. */
export const nodeAttempt: Attempt = async (target) => {
  try {
    const { status, headers, body } = await call(target);
    return { status, contentType: headers['content-type'] ?? '', body };
  } catch (error) {
    return alertOrFailure(String(error));
  }
};

/**
 * resumingAttempt is Node's TLS twice: a connection without a request, for its ticket, and then the request on a connection
 * that comes back by it. Who is refused gets no ticket, and was seen to be refused.
 */
export const resumingAttempt: Attempt = async (target) => {
  try {
    const { port, authority, client, version } = target;
    const own = client === undefined ? {} : { client };
    const first = await RawClient.connect({ port, authority, version, ...own });
    const session = await first.ticket();
    first.destroy();
    const { status, headers, body } = await call({ ...target, session });
    return { status, contentType: headers['content-type'] ?? '', body };
  } catch (error) {
    return alertOrFailure(String(error));
  }
};

/**
 * keptAliveAttempt makes its request on a connection that has carried one already, for FIRST_PATH, which is served to anyone.
 */
export const keptAliveAttempt: Attempt = async ({ path, ...target }) => {
  try {
    const connection = await connectHttp(target);
    const ask = async (asked: string) => {
      await connection.send(`GET ${asked} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return connection.readResponse();
    };
    const first = await ask(FIRST_PATH);
    if (first.status !== 200) return { failure: `${FIRST_PATH} was answered ${first.status}` };
    const { status, header, body } = await ask(path);
    connection.destroy();
    return { status, contentType: header('content-type') ?? '', body: body.toString() };
  } catch (error) {
    return alertOrFailure(String(error));
  }
};

/** opensslAttempt is `openssl s_client`; it leaves files in `folder`. */
export function opensslAttempt(folder: string): Attempt {
  return async (target) => {
    const { received, complaints } = await opensslCall(target, folder);
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(received) ?? [];
    if (status === undefined) return alertOrFailure(complaints);
    const [head = '', body = ''] = received.split('\r\n\r\n', 2);
    const [, contentType = ''] = /^content-type: *(.*?)\r?$/im.exec(head) ?? [];
    return { status: Number(status), contentType, body };
  };
}

function defined(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function parsedBody(body: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body);
  } catch {
    return { unreadable: body };
  }
}

function pick(line: LogLine, requestId?: unknown): object {
  const { type, event, code, alertSent, status, tls } = line;
  const id = requestId !== undefined && line.requestId === requestId ? 'as in the body' : undefined;
  return defined({ type, event, code, alertSent, status, tls, requestId: id });
}

const listenerOf = ({ serverKeys, auth }: Cell): string => listenerName(serverKeys, auth);

/**
 * observe makes the attempt of a cell and waits for its last line in the log. Attempts at one listener must come one after
 * the other: that is how a line is known to belong to one. Attempts at different ones may overlap.
 */
export async function observe(
  gateway: MatrixGateway,
  cell: Cell,
  attempt: Attempt,
): Promise<Observed> {
  const listener = listenerOf(cell);
  const before = gateway.log.lines.length;
  const ofThis = (line: LogLine): boolean =>
    line.listener === listener &&
    line.path !== FIRST_PATH &&
    gateway.log.lines.indexOf(line, before) >= before;
  const isLast = ({ type, event }: LogLine): boolean =>
    type === 'access' || (type === 'security' && event !== 'request-refused');

  const outcome = await attempt(targetOf(gateway, cell, listener));
  await gateway.log.find((line) => ofThis(line) && isLast(line));
  const lines = gateway.log.lines.filter(ofThis);
  if (!('status' in outcome)) return { seen: outcome, logged: lines.map((line) => pick(line)) };
  const { requestId, status, code, hello, unreadable } = parsedBody(outcome.body);
  const body = defined({ status, code, hello, unreadable });
  return {
    seen: { status: outcome.status, contentType: outcome.contentType, body },
    logged: lines.map((line) => pick(line, requestId)),
  };
}

/**
 * observeAll observes every cell, in their order at each listener and several listeners at a time. The results are in the
 * order of the cells.
 */
export async function observeAll(
  gateway: MatrixGateway,
  cells: readonly Cell[],
  attempt: Attempt,
): Promise<readonly (readonly [Cell, Observed | undefined])[]> {
  const listeners = new Set(cells.map(listenerOf));
  const observed = new Map<Cell, Observed>();
  const oneByOne = async (listener: string): Promise<void> => {
    for (const cell of cells.filter((one) => listenerOf(one) === listener)) {
      observed.set(cell, await observe(gateway, cell, attempt));
    }
  };
  await Promise.all([...listeners].map(oneByOne));
  return cells.map((cell) => [cell, observed.get(cell)]);
}

function targetOf(gateway: MatrixGateway, cell: Cell, listener: string): Target {
  const port = gateway.ports[listener];
  const server = gateway.matrix.get(cell.serverKeys);
  const holders = gateway.matrix.get(cell.keys)?.holders;
  if (port === undefined || server === undefined || holders === undefined) {
    throw new Error(`this gateway has no listener ${listener} or no ${cell.keys} credentials`);
  }
  const { client, path } = cell.row;
  const target = { port, authority: server.root, version: cell.version, path };
  return client === 'none' ? target : { ...target, client: holders[client] };
}
