/**
 * Owns the finding of remembered revocation lists by what people call them: a trust bundle, an issuer and, where keys of one name
 * have to be told apart, the beginning of a key. No I/O.
 */
import type { NativeGateway, RememberedList } from '../engine/native.js';
import { GatewayError } from '../gateway-error.js';
import { literal } from '../parsed.js';

/** Series names remembered lists as "trust lists" prints them. */
export interface Series {
  readonly bundle: string;
  readonly issuer: string;
  /** How the hash of the signer's public key, or the lists' key identifier, begins: hexadecimal. Left out: every key. */
  readonly key?: string;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** nameOf says which bundle and issuer a list is of. */
export const nameOf = ({ bundle, issuerName }: RememberedList): string =>
  `${literal(bundle)} ${literal(issuerName)}`;

const refused = (why: string): GatewayError => new GatewayError('admin-refused', why);

function ofKey(lists: readonly RememberedList[], asked: string): readonly RememberedList[] {
  const begin = asked.replaceAll(':', '').toLowerCase();
  const found = lists.filter(
    ({ key, keyId }) => key.startsWith(begin) || hexOf(keyId).startsWith(begin),
  );
  if (begin === '' || new Set(found.map(({ key, keyId }) => key || hexOf(keyId))).size > 1)
    throw refused(`several keys begin with ${literal(asked)}; write more of it`);
  return found;
}

/** listsOf finds the lists of a series. Error: GatewayError admin-refused, with what there is. */
export function listsOf(
  lists: readonly RememberedList[],
  { bundle, issuer, key }: Series,
): readonly RememberedList[] {
  const named = lists.filter((one) => one.bundle === bundle && one.issuerName === issuer);
  const found = key === undefined ? named : ofKey(named, key);
  if (found.length > 0) return found;
  const known = [...new Set(lists.map(nameOf))];
  const there = known.length === 0 ? 'no list is' : `remembered: ${known.join(', ')}`;
  const which = key === undefined ? '' : `, key ${literal(key)}`;
  throw refused(`no list of ${literal(bundle)} ${literal(issuer)}${which} is remembered; ${there}`);
}

/** drop has a data plane forget the lists that were found for a series. */
export function drop(
  memory: Pick<NativeGateway, 'rememberList' | 'rememberedLists' | 'forgetLists'>,
  { bundle, key }: Series,
  dropped: readonly RememberedList[],
  asMark: (list: RememberedList) => Parameters<NativeGateway['rememberList']>[0],
): void {
  const chosen = new Set(dropped.map(identityOf));
  const kept = memory.rememberedLists().filter((list) => !chosen.has(identityOf(list)));
  for (const { issuer } of dropped) memory.forgetLists(bundle, issuer);
  // It forgets the keys of an issuer together.
  if (key !== undefined) for (const list of kept) memory.rememberList(asMark(list));
}

// As the data plane tells series apart.
function identityOf({ bundle, issuer, scope, delta, key, keyId }: RememberedList): string {
  return [bundle, hexOf(issuer), hexOf(scope), delta, key === '' ? hexOf(keyId) : key].join(' ');
}

/** overtakenBy finds the lists of before that are behind what is remembered of their series now. */
export function overtakenBy(
  before: readonly RememberedList[],
  now: readonly RememberedList[],
): readonly RememberedList[] {
  const newest = new Map(now.map((list) => [identityOf(list), list]));
  return before.filter((list) => {
    const { number, thisUpdate } = newest.get(identityOf(list)) ?? list;
    return number !== list.number || thisUpdate !== list.thisUpdate;
  });
}
