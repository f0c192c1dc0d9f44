/**
 * Owns the check that no two listeners take the same address. Pure.
 */
import { isIPv4 } from 'node:net';
import type { ListenerConfig } from '../config/config.js';
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem, quote } from '../parsed.js';

const ANY_IPV4 = '0.0.0.0';
const ANY_IPV6 = '::';

// However it is written: an IPv6 address has many forms, and one that maps an IPv4 address is that.
function plain(address: string): string {
  if (isIPv4(address)) return address;
  const [bare = '', ...zone] = address.split('%');
  const short = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  if (zone.length > 0) return [short, ...zone].join('%');
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high = 0, low = 0] = mapped.slice(1).map((digits) => Number.parseInt(digits, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

// The data plane binds "::" for both kinds of addresses.
const covers = (one: string, other: string): boolean =>
  one === other || one === ANY_IPV6 || (one === ANY_IPV4 && isIPv4(other));

function clash({ bind, name }: ListenerConfig, second: ListenerConfig): Issue {
  const isSame = plain(bind.address) === plain(second.bind.address);
  const what = isSame ? 'the address' : 'an address that meets that';
  const found = `${what} of the listener ${quote(name)}`;
  const expected = 'an address of its own for each listener';
  const fix = isSame
    ? undefined
    : `${quote(ANY_IPV4)} takes every IPv4 address of the port, "[::]" every address; choose another port`;
  return issue('duplicate-bind', pointer(second.at, 'bind'), problem(found, expected, fix));
}

/** bindIssues returns one issue for each listener whose address an earlier one takes. Port 0 is a different port each time. */
export function bindIssues(listeners: readonly ListenerConfig[]): Issue[] {
  const taken = new Map<number, ListenerConfig[]>();
  return listeners.flatMap((listener) => {
    const { address, port } = listener.bind;
    if (port === 0) return [];
    const earlier = taken.get(port) ?? [];
    taken.set(port, [...earlier, listener]);
    const own = plain(address);
    const first = earlier.find(({ bind }) => {
      const other = plain(bind.address);
      return covers(other, own) || covers(own, other);
    });
    return first === undefined ? [] : [clash(first, listener)];
  });
}
