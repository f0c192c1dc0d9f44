/**
 * Owns the shape of what the admin socket can be asked: one verb a file, listed in admin-verbs.ts.
 */
import type { RunningGateway } from '../reload/running-gateway.js';

/** AdminRequest is a question as it came. */
export interface AdminRequest {
  readonly query: URLSearchParams;
  /** The parsed JSON body; undefined when there was none. */
  readonly body: unknown;
}

/** AdminAnswer is written as JSON. A refusal has a status of 400 or more, and a body with an `error`. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface AdminVerb {
  /** GET changes nothing. */
  readonly method: 'GET' | 'POST';
  answer(gateway: RunningGateway, request: AdminRequest): Promise<AdminAnswer>;
}
