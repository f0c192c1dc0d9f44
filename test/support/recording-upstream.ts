/**
 * Owns an upstream that keeps every byte and answers each request as soon as the strict reader has it complete, so that the
 * gateway goes on using the connection. What it does not understand it does not answer.
 */
import type { Socket } from 'node:net';
import { readRequests, type StrictRequest, valuesOf } from './strict-http-reader.js';
import { type RawUpstream, startRawUpstream } from './upstream.js';

/** Received is what one upstream connection got, as the strict reader takes it. */
export interface Received {
  readonly requests: readonly StrictRequest[];
  readonly violation: string | undefined;
  /** The beginning of a request that never came to its end; empty when there is none. */
  readonly unfinished: Buffer;
}

export interface RecordingUpstream extends RawUpstream {
  /** judged reads everything that was received, connection by connection. */
  judged(): readonly Received[];
}

function answer(request: StrictRequest): string {
  const id = valuesOf(request.fields, 'x-request-id')[0] ?? '';
  const body = request.method === 'HEAD' ? '' : id;
  return `HTTP/1.1 200 OK\r\nContent-Length: ${id.length}\r\n\r\n${body}`;
}

/** startRecordingUpstream answers every request with its X-Request-Id. */
export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  const answered = new WeakMap<Socket, number>();
  const upstream = await startRawUpstream((socket, received) => {
    const from = answered.get(socket) ?? 0;
    const { requests, end, violation } = readRequests(received.subarray(from));
    answered.set(socket, from + end);
    for (const request of requests) socket.write(answer(request));
    if (violation !== undefined) socket.destroy();
  });
  const judged = (): readonly Received[] =>
    upstream.received().map((bytes) => {
      const { requests, end, violation } = readRequests(bytes);
      return { requests, violation, unfinished: bytes.subarray(end) };
    });
  return { ...upstream, judged };
}
