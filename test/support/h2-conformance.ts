/**
 * Owns how conformance cases run: each on a connection of its own, after the exchange of settings, on both versions of TLS. A
 * case says what is sent and what must come of it.
 */
import type { Test } from 'tap';
import { VERSIONS } from './front.js';
import { startGateway, type TestGateway } from './gateway.js';
import { FLAG, type Frame, FrameConnection, ping, settings, statusOf, TYPE } from './h2-frames.js';
import { proxyConfig } from './proxy-config.js';
import { startUpstream } from './upstream.js';

/** Outcome is what a case ends in; codes are error codes of which any will do. */
export type Outcome =
  | { readonly kind: 'answer'; readonly stream: number; readonly status: number }
  | { readonly kind: 'stream-error'; readonly stream: number; readonly codes: readonly number[] }
  | { readonly kind: 'connection-error'; readonly codes: readonly number[] }
  /** The connection goes on: a PING is answered. */
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'closed' };

export const answers = (stream: number, status = 200): Outcome => ({
  kind: 'answer',
  stream,
  status,
});
export const streamError = (stream: number, ...codes: readonly number[]): Outcome => ({
  kind: 'stream-error',
  stream,
  codes,
});
export const connectionError = (...codes: readonly number[]): Outcome => ({
  kind: 'connection-error',
  codes,
});
export const GOES_ON: Outcome = { kind: 'goes-on' };
export const CLOSED: Outcome = { kind: 'closed' };

export interface Case {
  readonly name: string;
  readonly send: readonly Buffer[] | ((connection: FrameConnection) => Promise<void> | void);
  readonly outcome: Outcome;
  /** The client's own settings; "none" leaves out the preface too. */
  readonly own?: Buffer | 'none';
}

/** startConformanceGateway answers /hello by itself; its upstream never answers /hold, and all else at once. */
export async function startConformanceGateway(t: Test): Promise<TestGateway> {
  const upstream = await startUpstream(({ url }, response) => {
    if (url.startsWith('/hold')) return;
    response.end('from the service');
  });
  const hello = {
    name: 'hello',
    match: { path: '/hello' },
    allow: ['client'],
    respond: { text: 'hello' },
  };
  const gateway = await startGateway({ config: proxyConfig(upstream.url, { more: [hello] }) });
  t.teardown(async () => {
    await gateway.stop();
    await upstream.close();
  });
  return gateway;
}

const isAckOf = (marker: Buffer) => (frame: Frame) =>
  frame.type === TYPE.PING && (frame.flags & FLAG.ACK) !== 0 && frame.payload.equals(marker);

async function answered(connection: FrameConnection, stream: number): Promise<number | undefined> {
  const head = await connection.find(
    (frame) => frame.type === TYPE.HEADERS && frame.stream === stream,
  );
  return head === undefined ? undefined : statusOf(head);
}

async function reach(t: Test, connection: FrameConnection, outcome: Outcome, name: string) {
  switch (outcome.kind) {
    case 'answer':
      t.equal(await answered(connection, outcome.stream), outcome.status, name);
      break;
    case 'goes-on': {
      const marker = Buffer.from('still-on');
      connection.send(ping(0, marker));
      t.ok(await connection.find(isAckOf(marker)), name);
      break;
    }
    case 'stream-error': {
      const error = await connection.find(
        ({ type, stream }) =>
          (type === TYPE.RST_STREAM && stream === outcome.stream) || type === TYPE.GOAWAY,
      );
      const code = error?.payload.readUInt32BE(error.type === TYPE.GOAWAY ? 4 : 0);
      t.ok(outcome.codes.includes(code ?? -1), `${name}: code ${code}`);
      break;
    }
    case 'connection-error': {
      const code = await connection.goaway();
      t.ok(outcome.codes.includes(code ?? -1), `${name}: code ${code}`);
      await connection.ended();
      break;
    }
    case 'closed':
      await connection.ended();
      t.ok(connection.closed, name);
      break;
  }
}

/** runCases runs them all against one gateway, which must still answer at the end. */
export async function runCases(t: Test, cases: readonly Case[]): Promise<void> {
  const gateway = await startConformanceGateway(t);
  for (const version of VERSIONS) {
    for (const { name, send, outcome, own } of cases) {
      const connection =
        own === 'none'
          ? await FrameConnection.connect(gateway, version)
          : await FrameConnection.open(gateway, version, own ?? settings());
      if (typeof send === 'function') await send(connection);
      else connection.send(...send);
      await reach(t, connection, outcome, `${version}: ${name}`);
      connection.destroy();
    }
  }
}
