/**
 * Owns responses and requests that have no end through a gateway: a service that goes on sending (or taking), and clients that
 * keep one of them open over HTTP/1.1 or HTTP/2, alone on a connection of their own.
 */
import { createServer, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, constants } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { Test } from 'tap';
import type { IssuedCertificate } from './certificates.js';
import { openHttp2 } from './http2-client.js';
import { tlsOptionsOf } from './tls-options.js';

export interface EndlessService {
  readonly url: string;
  /** Requests whose other end is still there. */
  open(): number;
  /** finish ends every response in an orderly way. */
  finish(): void;
}

/**
 * startEndlessService sends an event every 10 ms to whoever asks by GET, and takes bodies without answering before their end.
 * It ends with the test.
 */
export async function startEndlessService(t: Test): Promise<EndlessService> {
  const open = new Set<ServerResponse>();
  const server = createServer((incoming, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    response.on('error', () => response.destroy());
    if (incoming.method !== 'GET') {
      incoming.resume();
      incoming.on('end', () => response.end('taken'));
      incoming.on('error', () => response.destroy());
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write('data: tick\n\n'), 10);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => open.size,
    finish: () => {
      for (const response of open) response.end();
    },
  };
}

/** Outcome is how a stream ended: whole, or cut off, and with which status (0: none came). */
export interface Outcome {
  readonly how: 'whole' | 'cut';
  readonly status: number;
  readonly body: string;
}

export interface EndlessStream {
  readonly ended: Promise<Outcome>;
  /** The session that carries it, over HTTP/2. */
  readonly session?: ClientHttp2Session;
  /** more resolves when bytes have come that had not when it was called; it rejects when it has ended. */
  more(): Promise<void>;
  destroy(): void;
}

export const PROTOCOLS = ['HTTP/1.1', 'HTTP/2'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface StreamCall {
  readonly port: number;
  readonly credentials: {
    readonly authority: IssuedCertificate;
    readonly server: IssuedCertificate;
    readonly client: IssuedCertificate;
  };
  readonly protocol: Protocol;
  readonly version: SecureVersion;
  readonly path: string;
  readonly host?: string;
  /** More fields of the head, in lower case. */
  readonly fields?: Readonly<Record<string, string>>;
  /** An upload of which a little is sent every 10 ms; else a GET. */
  readonly uploads?: boolean;
}

interface Side {
  readonly write: (bytes: string) => void;
  readonly destroy: () => void;
  readonly session?: ClientHttp2Session;
}

type Listen = {
  readonly head: (status: number) => void;
  readonly data: (chunk: Buffer) => void;
  readonly over: (how: Outcome['how']) => void;
};

function openHttp1(call: StreamCall, { head, data, over }: Listen): Promise<Side> {
  const { port, path, version, host = 'localhost', uploads = false, credentials } = call;
  const headers = { host, ...call.fields };
  const outgoing = request({
    ...{ host: '127.0.0.1', port, path, agent: false, headers },
    ...(uploads ? { method: 'POST' } : {}),
    ...tlsOptionsOf({ authority: credentials.authority, client: credentials.client, version }),
  });
  outgoing.on('error', () => over('cut'));
  outgoing.on('response', (response) => {
    head(response.statusCode ?? 0);
    response.on('data', data);
    response.on('error', () => over('cut'));
    response.on('close', () => over(response.complete ? 'whole' : 'cut'));
  });
  if (uploads) outgoing.write('x');
  else outgoing.end();
  return Promise.resolve({
    write: (bytes) => void (outgoing.writable && outgoing.write(bytes)),
    destroy: () => void outgoing.destroy(),
  });
}

async function openOverHttp2(call: StreamCall, { head, data, over }: Listen): Promise<Side> {
  const { path, version, host = 'localhost', uploads = false } = call;
  const session = await openHttp2(call, version);
  const stream = session.request(
    { ':path': path, ':authority': host, ':method': uploads ? 'POST' : 'GET', ...call.fields },
    { endStream: !uploads },
  );
  stream.on('response', (headers) => head(Number(headers[constants.HTTP2_HEADER_STATUS])));
  stream.on('data', data);
  stream.on('error', () => undefined); // the close tells
  let ended = false;
  stream.on('end', () => {
    ended = true;
    if (uploads) stream.end(); // who has the whole answer sends no more
  });
  stream.on('close', () => over(ended && stream.rstCode === 0 ? 'whole' : 'cut'));
  return {
    write: (bytes) => void (stream.writable && stream.write(bytes)),
    destroy: () => void session.destroy(),
    session,
  };
}

/** inTime rejects when something has not happened within five seconds: what should end goes on. */
export function inTime<T>(happening: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('it goes on')), 5000);
    happening.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

/** openStream resolves when the request has been sent. */
export async function openStream(call: StreamCall): Promise<EndlessStream> {
  let status = 0;
  let body = '';
  let waiting: ((result: 'more' | 'over') => void)[] = [];
  const notify = (result: 'more' | 'over'): void => {
    for (const one of waiting) one(result);
    waiting = [];
  };
  let resolveEnd: (outcome: Outcome) => void = () => undefined;
  const ended = new Promise<Outcome>((resolve) => {
    resolveEnd = resolve;
  });
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const side = await (call.protocol === 'HTTP/2' ? openOverHttp2 : openHttp1)(call, {
    head: (value) => {
      status = value;
    },
    data: (chunk) => {
      body += chunk.toString();
      notify('more');
    },
    over: (how) => {
      clearInterval(timer);
      isOver = true;
      resolveEnd({ how, status, body });
      notify('over');
    },
  });
  if (call.uploads) timer = setInterval(() => side.write('x'), 10);
  return {
    ended,
    ...(side.session === undefined ? {} : { session: side.session }),
    more: () =>
      new Promise((resolve, reject) => {
        const check = (result: 'more' | 'over'): void =>
          result === 'more' ? resolve() : reject(new Error('the stream has ended'));
        if (isOver) check('over');
        else waiting.push(check);
      }),
    destroy: () => {
      clearInterval(timer);
      side.destroy();
    },
  };
}
