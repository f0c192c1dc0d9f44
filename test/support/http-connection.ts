/**
 * Owns the connection that most tests of HTTP behaviour ask on. They write requests as HTTP/1.1; PINLATCH_TEST_HTTP=2 has
 * the same requests carried over HTTP/2 (npm run test:h2).
 */
import { Http2Client } from './http2-request-client.js';
import { type RawCall, RawClient, type RawResponse } from './raw-client.js';

export interface HttpConnection {
  /** What the gateway's log calls this client. */
  readonly remote: string;
  /** Resolves when the connection is over: in an orderly way, or not. */
  readonly closed: Promise<'ended' | 'broken'>;
  /** Resolves when the first response has begun to arrive. */
  readonly answering: Promise<void>;
  /** send takes whole requests, or parts of one in their order. */
  send(bytes: string | Uint8Array): Promise<void>;
  /**
   * readResponse resolves with the response to the next request that was sent; it rejects when there is none, or only a part
   * of one. `toHead` says that the request was HEAD.
   */
  readResponse(options?: { readonly toHead?: boolean }): Promise<RawResponse>;
  /** pause stops the reading of responses, resume goes on. */
  pause(): void;
  resume(): void;
  /** end says that no more requests will come; responses can still be read. */
  end(): void;
  destroy(): void;
}

/** isHttp2 says what carries the requests of this run. */
export function isHttp2(): boolean {
  return process.env.PINLATCH_TEST_HTTP === '2';
}

/** connectHttp resolves when the handshake is over on this side. */
export function connectHttp(what: RawCall): Promise<HttpConnection> {
  return isHttp2() ? Http2Client.connect(what) : RawClient.connect(what);
}
