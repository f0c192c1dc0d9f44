/**
 * Owns the verbs of the admin socket: what each is asked and answers, for the gateway that answers and the commands that ask. What
 * answers them stands in admin-views.ts and admin-commands.ts.
 */
import type { RememberedList } from '../engine/native.js';
import type { SeenClient } from '../explain/access.js';
import type { Series } from '../state/list-series.js';
import { listOf, number, optional, record, someText, text, truth } from '../value-shape.js';
import { OUTCOME } from './admin-outcome.js';
import { command, view } from './admin-protocol.js';
import { STATUS_ANSWER } from './admin-status-answer.js';

const NOTHING = record<Readonly<Record<never, never>>>({});

/** STATUS: what serves, since when, and what is amiss. */
export const STATUS = view('status', NOTHING, STATUS_ANSWER);

/** ExplainAnswer is the explanation as `pinlatch explain` prints it. */
export interface ExplainAnswer {
  readonly id: string;
  readonly text: string;
}

/** EXPLAIN: why a client was refused, by the id that it was told or its address; 404 when no such refusal is remembered. */
export const EXPLAIN = view(
  'explain',
  record<Pick<ExplainAnswer, 'id'>>({ id: someText }),
  record<ExplainAnswer>({ id: text, text }),
);

/** SentClient is a client that was seen lately, as it crosses the socket: `chain` is base64 DER, the leaf first. */
export interface SentClient extends Omit<SeenClient, 'chain'> {
  readonly chain: readonly string[];
}

export interface RecentClientsAnswer {
  readonly clients: readonly SentClient[];
}

const SENT_CLIENT = record<SentClient>({
  listener: text,
  serverName: text,
  subject: text,
  sha256: text,
  lastSeen: number,
  chain: listOf(text),
});

/** RECENT_CLIENTS: who was seen lately, with the chains that they presented. */
export const RECENT_CLIENTS = view(
  'recent-clients',
  NOTHING,
  record<RecentClientsAnswer>({ clients: listOf(SENT_CLIENT) }),
);

/** ListNumber is a remembered revocation list. */
export interface ListNumber
  extends Pick<RememberedList, 'bundle' | 'delta' | 'number' | 'thisUpdate' | 'key'> {
  readonly issuer: string;
  readonly covers: string;
  /** The authorityKeyIdentifier of the lists, hexadecimal; "" where they have none. */
  readonly keyId: string;
}

/** ListNumbersAnswer is what is remembered, or what was forgotten. */
export interface ListNumbersAnswer {
  readonly lists: readonly ListNumber[];
}

const LIST_NUMBER = record<ListNumber>({
  bundle: text,
  issuer: text,
  number: text,
  thisUpdate: number,
  delta: truth,
  covers: text,
  key: text,
  keyId: text,
});

const LIST_NUMBERS_ANSWER = record<ListNumbersAnswer>({ lists: listOf(LIST_NUMBER) });

/** LIST_NUMBERS: how far the revocation lists that served have come. */
export const LIST_NUMBERS = view('list-numbers', NOTHING, LIST_NUMBERS_ANSWER);

/** RELOAD reads the files again; it is answered when the outcome is known, with 422 when nothing changed. */
export const RELOAD = command('reload', NOTHING, OUTCOME);

export interface DrainAnswer {
  readonly connectionsCut: number;
}

/** DRAIN lets requests in flight finish, then the gateway ends; it is answered at the end. */
export const DRAIN = command('drain', NOTHING, record<DrainAnswer>({ connectionsCut: number }));

/** FORGET_LIST thinks no more of an issuer's lists, because one absurd number would bar every later list. */
export const FORGET_LIST = command(
  'forget-list',
  record<Series>({ bundle: text, issuer: text, key: optional(text) }),
  LIST_NUMBERS_ANSWER,
);
