/**
 * Owns what stands in for the data plane's memory of revocation lists, and for whoever is told, in unit tests.
 */
import type { ListMark, RememberedList } from '../../src/engine/native.js';

/** LIST is a remembered list. */
export const LIST: RememberedList = {
  bundle: 'devices',
  issuer: Buffer.from('300d310b3009060355040313024341', 'hex'),
  issuerName: 'CN=CA',
  scope: Buffer.alloc(0),
  scopeText: 'all certificates',
  delta: false,
  keyId: Buffer.from('0102', 'hex'),
  key: 'ab'.repeat(32),
  number: '0x06',
  thisUpdate: 1_795_983_600,
};

/** makeTeller notes what is told. */
export function makeTeller() {
  const told: string[] = [];
  return {
    told,
    listNumbersLost: (reason: string) => void told.push(`lost: ${reason}`),
    listNumbersReplaced: (lists: number) => void told.push(`replaced by ${lists}`),
    listNumbersFound: (_folder: string, lists: number, overtaken: readonly string[]) =>
      void told.push(`found ${lists}, overtaken: ${overtaken.join()}`),
    listNumbersKept: (_folder: string, lists: number) => void told.push(`kept ${lists}`),
    listNumbersNotKept: (reason: string) => void told.push(`not kept: ${reason}`),
  };
}

const seriesOf = ({ bundle, issuer, key }: ListMark): string =>
  `${bundle} ${Buffer.from(issuer).toString('hex')} ${key}`;

/** memoryOf is a data plane that remembers these lists, and takes a number only upwards. */
export function memoryOf(...lists: readonly RememberedList[]) {
  const remembered: ListMark[] = [];
  let now = lists;
  const raise = (mark: ListMark): void => {
    remembered.push(mark);
    const known = now.find((list) => seriesOf(list) === seriesOf(mark));
    if (known === undefined) now = [...now, { ...LIST, ...mark }];
    else if (mark.number > known.number)
      now = now.map((list) => (list === known ? { ...list, ...mark } : list));
  };
  return {
    remembered,
    become: (...next: readonly RememberedList[]) => {
      now = next;
    },
    rememberList: raise,
    rememberedLists: () => now,
    forgetLists: (bundle: string) => {
      const before = now.length;
      now = now.filter((list) => list.bundle !== bundle);
      return before - now.length;
    },
  };
}
