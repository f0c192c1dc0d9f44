/**
 * Owns the reading of what a route does, from keys that passed the schema, and the rule that what only an upstream could heed
 * stands beside "proxy". The rule looks at the raw value, so that mistakes elsewhere in a route do not hide it.
 */
import { type Issue, issue, pointer } from '../document/issue.js';
import { problem } from '../parsed.js';
import type { Action, ProxyAction } from './action.js';
import type { RawHealth, RawRoute } from './generated-shape.js';
import { readHeaderEdits } from './header-edits.js';
import { entriesOf, memberOf } from './members.js';
import { readResponse } from './read-response.js';
import { readRewrite } from './rewrite.js';

/** readAction reads what a route does. */
export function readAction(raw: RawRoute): Action {
  const { proxy, respond, health } = raw;
  if (proxy !== undefined) return readProxy(proxy, raw);
  if (respond !== undefined) return readResponse(respond);
  if (health === undefined) throw new TypeError('a route without an action passed the schema');
  return readHealth(health);
}

function readProxy(upstream: string, { rewrite, headers, expect, upgrade }: RawRoute): ProxyAction {
  return Object.freeze({
    kind: 'proxy',
    upstream,
    rewrite: rewrite === undefined ? null : readRewrite(rewrite),
    headers: headers === undefined ? null : readHeaderEdits(headers),
    expect,
    upgrade: upgrade === undefined ? null : Object.freeze([...upgrade]),
  });
}

function readHealth(health: RawHealth): Action {
  if (health === 'live') return Object.freeze({ kind: 'live' });
  const upstreams = health === 'ready' ? null : Object.freeze([...health.ready]);
  return Object.freeze({ kind: 'ready', upstreams });
}

const ANSWERS = ['respond', 'health'];
const OF_PROXY = ['rewrite', 'headers', 'expect', 'upgrade'];

/** actionIssues returns an issue for every key that means something for "proxy" alone, on a route with another action. */
export function actionIssues(value: unknown): Issue[] {
  const has = (route: unknown, key: string): boolean => memberOf(route, key) !== undefined;
  return entriesOf(memberOf(value, 'routes')).flatMap(([index, route]) => {
    if (has(route, 'proxy') || !ANSWERS.some((key) => has(route, key))) return [];
    return OF_PROXY.filter((key) => has(route, key)).map((key) => {
      const found = problem(`"${key}" on a route without "proxy"`, 'a route with "proxy"');
      return issue('bad-value', pointer('/routes', index, key), found, { mark: 'key' });
    });
  });
}
