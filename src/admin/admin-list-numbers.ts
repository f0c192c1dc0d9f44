/**
 * Owns the verbs "list-numbers" and "forget-list": how far the revocation lists that served have come, and to think no more of an
 * issuer's, because one absurd number would bar every later list.
 */
import type { RememberedList } from '../engine/native.js';
import type { AdminVerb } from './admin-verb.js';

/** ListNumber is a remembered list as the verbs tell it. */
export interface ListNumber
  extends Pick<RememberedList, 'bundle' | 'delta' | 'number' | 'thisUpdate' | 'key'> {
  readonly issuer: string;
  readonly covers: string;
  /** The authorityKeyIdentifier of the lists, hexadecimal; "" where they have none. */
  readonly keyId: string;
}

/** ListNumbersAnswer is what both verbs answer: what is remembered, or what was forgotten. */
export interface ListNumbersAnswer {
  readonly lists: readonly ListNumber[];
}

/** listNumbersOf writes remembered lists as the verbs do, sorted. */
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

export const listNumbersVerb: AdminVerb = {
  method: 'GET',
  answer: async (gateway) => ({ status: 200, body: listNumbersOf(gateway.readRememberedLists()) }),
};

/** forgetListVerb takes ?bundle= and ?issuer=, the name as list-numbers gives it, and perhaps ?key=, the beginning of one. */
export const forgetListVerb: AdminVerb = {
  method: 'POST',
  answer: async (gateway, { query }) => {
    const [bundle, issuer] = [query.get('bundle'), query.get('issuer')];
    if (bundle === null || issuer === null) {
      return { status: 400, body: { error: 'which lists? ?bundle=NAME&issuer=NAME' } };
    }
    const key = query.get('key');
    const series = key === null ? { bundle, issuer } : { bundle, issuer, key };
    return { status: 200, body: listNumbersOf(await gateway.forgetList(series)) };
  },
};
