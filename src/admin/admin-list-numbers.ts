/**
 * Owns remembered revocation lists as the view "list-numbers" and the command "forget-list" answer them.
 */
import type { RememberedList } from '../engine/native.js';
import type { ListNumber, ListNumbersAnswer } from './admin-verbs.js';

/** listNumbersOf writes remembered lists as both verbs do, sorted. */
export function listNumbersOf(lists: readonly RememberedList[]): ListNumbersAnswer {
  const told = lists.map(
    ({ bundle, issuerName, scopeText, delta, number, thisUpdate, ...keys }) => ({
      ...{
        bundle,
        issuer: issuerName,
        number,
        thisUpdate,
        delta,
        covers: scopeText,
        key: keys.key,
      },
      keyId: Buffer.from(keys.keyId).toString('hex'),
    }),
  );
  const keyOf = ({ bundle, issuer, covers, key }: ListNumber): string =>
    `${bundle} ${issuer} ${covers} ${key}`;
  return { lists: told.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}
