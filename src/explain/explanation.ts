/**
 * Owns Explanation: why a client was refused, in words, with what was expected, what was presented, and what to add to
 * gateway.json if it should get in. Pure.
 */

import type { ClientConfig } from '../config/config.js';
import { literal, quote } from '../parsed.js';
import { colons } from '../pins/digest.js';
import { PIN_WORDS, type Pin, type PinKind } from '../pins/pin.js';
import type { Snapshot, SnapshotListener } from '../snapshot/snapshot.js';
import { momentText } from '../timestamp.js';
import { type AnyRoute, routeNamed } from './route-named.js';

/** Presented is what is known of the client's certificate. Fingerprints are lower-case hex, times Unix seconds. */
export interface Presented {
  readonly sha256: string;
  readonly sha1?: string;
  readonly spkiSha256?: string;
  readonly subject: string;
  readonly issuer?: string;
  readonly serial?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** Obstacle is one thing that stands in the client's way: a stable code, in words, and what the operator can do. */
export interface Obstacle {
  readonly code: string;
  readonly words: string;
  readonly remedy?: string;
}

/** Facts are what an explanation is made of. */
export interface Facts {
  readonly listener: string;
  /** What the connection was made for, canonical; '' for none. */
  readonly serverName: string;
  /** Empty when no route is known. */
  readonly route: string;
  readonly presented: Presented | undefined;
  /** In the order in which the client meets them; none: it gets in. */
  readonly obstacles: readonly Obstacle[];
  /** Clients that the certificate is, none of which the route allows. */
  readonly knownAs: readonly string[];
  /** Clients that the route allows, and that the certificate would be with a pin more. */
  readonly lacksPinOf: readonly string[];
  /** Of clients whose pin the certificate has, and that it is not for all that: what to do, in words of the data plane. */
  readonly remedies: readonly string[];
}

export interface Explanation {
  readonly admitted: boolean;
  readonly expected: readonly string[];
  readonly presented: readonly (readonly [name: string, value: string])[];
  readonly obstacles: readonly Obstacle[];
  /** What to do about gateway.json; undefined when nothing in it would help. */
  readonly toAdmit?: Advice;
}

/** Advice is a sentence, and the JSON to add where that is what helps. */
export interface Advice {
  readonly words: string;
  readonly json?: string;
}

const base64 = (digits: string): string => Buffer.from(digits, 'hex').toString('base64');

/** pinText writes a pin as gateway.json takes it. */
export function pinText({ kind, value }: Pin): string {
  return kind === 'spki-sha256' ? `sha256/${base64(value)}` : `${kind}:${colons(value)}`;
}

function clientLines({ name, pins, when }: ClientConfig): readonly string[] {
  const conditions = when === null ? '' : ', under its condition';
  if (pins === null) return [`client ${quote(name)}, by its condition alone`];
  const label = (text: string): string => (text === '' ? '' : ` (${text})`);
  const lines = pins.map((pin) => `  pin ${pinText(pin)}${label(pin.label)}`);
  return [`client ${quote(name)}${conditions}, by any one of`, ...lines];
}

function routeLines(route: AnyRoute, clients: readonly ClientConfig[]): readonly string[] {
  const opening = `route ${quote(route.name)} admits`;
  if (route.allow === 'anyone') return [`${opening} anyone`];
  if (route.allow === 'any-trusted') return [`${opening} any client whose certificate is trusted`];
  const named = allowedClients(route, clients);
  const scopes = 'scopes' in route ? route.scopes : [];
  const having = scopes.length === 0 ? '' : `, with ${scopes.map(quote).join(', ')}`;
  return [`${opening}${having}:`, ...named.flatMap(clientLines).map((line) => `  ${line}`)];
}

function allowedClients(
  { allow }: AnyRoute,
  clients: readonly ClientConfig[],
): readonly ClientConfig[] {
  if (typeof allow === 'string') return [];
  return clients.filter(({ name }) => allow.clients.includes(name));
}

// The rules of a server name stand in place of the listener's.
function listenerLine(listener: SnapshotListener, serverName: string, snapshot: Snapshot): string {
  const own = listener.names.find(({ name }) => name === serverName);
  const { trust, clientAuth } = own ?? listener;
  const bundle = snapshot.trust.find((one) => one.name === trust);
  const by =
    bundle?.selfSigned === true ? 'its pinned certificates' : bundle?.ca.map(({ path }) => path);
  const asked =
    clientAuth === 'none'
      ? 'no client certificate is asked for'
      : `a client certificate is ${clientAuth}, trusted by ${quote(trust)} (${by ?? 'gone'})`;
  const forName = own === undefined ? '' : `, server name ${quote(serverName)}`;
  return `listener ${quote(listener.name)}${forName}: ${asked}`;
}

function expectedLines({ listener, serverName, route }: Facts, snapshot: Snapshot) {
  const on = snapshot.listeners.find(({ name }) => name === listener);
  const to = routeNamed(snapshot, route);
  return [
    ...(on === undefined ? [] : [listenerLine(on, serverName, snapshot)]),
    ...(to === undefined ? [] : routeLines(to, snapshot.clients)),
  ];
}

function presentedRows(presented: Presented | undefined): Explanation['presented'] {
  if (presented === undefined) return [['certificate', 'none']];
  const { sha256, sha1, spkiSha256, subject, issuer, serial, notBefore, notAfter } = presented;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['subject', subject],
    ['issuer', issuer],
    ['serial', serial],
    ['valid from', notBefore === undefined ? undefined : momentText(notBefore)],
    ['valid until', notAfter === undefined ? undefined : momentText(notAfter)],
    ['sha256', pinText({ kind: 'sha256', value: sha256 })],
    ['sha1', sha1 === undefined ? undefined : pinText({ kind: 'sha1', value: sha1 })],
    [
      'spki sha256',
      spkiSha256 === undefined ? undefined : pinText({ kind: 'spki-sha256', value: spkiSha256 }),
    ],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function pinToPaste(name: string, others: readonly string[], sha256: string) {
  const pin = literal(pinText({ kind: 'sha256', value: sha256 }));
  const lines = ['"clients": {', `  ${literal(name)}: {`, '    "pins": [', `      ${pin}`];
  const or = others.length === 0 ? '' : `, or those of ${others.map(quote).join(', ')}`;
  return {
    words: `add this pin to those of client ${quote(name)}${or}`,
    json: [...lines, '    ]', '  }', '}'].join('\n'),
  };
}

function nameToPaste(route: AnyRoute, allowed: readonly string[], client: string) {
  return {
    words: `the certificate already belongs to client ${quote(client)}: add that name to "allow" of route ${quote(route.name)} (${route.at})`,
    json: `"allow": [${[...allowed, client].map(literal).join(', ')}]`,
  };
}

// The same digits on both sides, of which one hashes the certificate and the other its public key: a pin of the wrong kind.
function mistakenPin(
  route: AnyRoute,
  clients: readonly ClientConfig[],
  { sha256, spkiSha256 }: Presented,
): Advice | undefined {
  const rightKind = ({ kind, value }: Pin): PinKind | undefined => {
    if (kind === 'sha256' && value === spkiSha256) return 'spki-sha256';
    return kind === 'spki-sha256' && value === sha256 ? 'sha256' : undefined;
  };
  for (const { name, pins } of allowedClients(route, clients)) {
    const pin = pins?.find((one) => rightKind(one) !== undefined);
    const kind = pin === undefined ? undefined : rightKind(pin);
    if (pin === undefined || kind === undefined) continue;
    const isListed = pins?.some((one) => one.kind === kind && one.value === pin.value);
    if (isListed === true) continue;
    return {
      words: `the pin ${pinText(pin)} of client ${quote(name)} is read as ${PIN_WORDS[pin.kind]}, but these digits are ${PIN_WORDS[kind]} that was presented: write the pin as`,
      json: literal(pinText({ kind, value: pin.value })),
    };
  }
  return undefined;
}

// What a gateway said once holds as far as the configuration still has those clients, and nobody has mended it since.
function toAdmit(facts: Facts, snapshot: Snapshot): Advice | undefined {
  const { route, presented, knownAs, lacksPinOf, remedies } = facts;
  const to = routeNamed(snapshot, route);
  if (to === undefined || presented === undefined || typeof to.allow === 'string') return undefined;
  const mistaken =
    facts.obstacles.length === 0 ? undefined : mistakenPin(to, snapshot.clients, presented);
  if (mistaken !== undefined) return mistaken;
  if (remedies.length > 0) return { words: remedies.join('; or ') };
  const allowed = to.allow.clients;
  const isThere = (client: string) => snapshot.clients.some(({ name }) => name === client);
  const [known] = knownAs.filter((name) => isThere(name) && !allowed.includes(name));
  if (known !== undefined) return nameToPaste(to, allowed, known);
  const [first, ...others] = lacksPinOf.filter((name) => isThere(name) && allowed.includes(name));
  return first === undefined ? undefined : pinToPaste(first, others, presented.sha256);
}

/** explainFacts puts an explanation together, by the snapshot that the facts are of. */
export function explainFacts(facts: Facts, snapshot: Snapshot): Explanation {
  const line = toAdmit(facts, snapshot);
  return Object.freeze({
    admitted: facts.obstacles.length === 0,
    expected: expectedLines(facts, snapshot),
    presented: presentedRows(facts.presented),
    obstacles: facts.obstacles,
    ...(line === undefined ? {} : { toAdmit: line }),
  });
}
