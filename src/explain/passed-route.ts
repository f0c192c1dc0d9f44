/**
 * Owns the wording of the warning that a route is passed by. Pure.
 */
import { type Issue, issue, pointer } from '../document/issue.js';
import type { PassedRoute } from '../engine/native.js';
import { problem, quote } from '../parsed.js';
import type { PathPattern } from '../routing/path-pattern.js';

const listed = (ways: readonly string[]): string => ways.map(quote).join(' and ');

function statements({ bySlash, byCase }: PassedRoute, slash: string, ignored: string): string {
  const said = [
    ...(bySlash ? [`"trailingSlash": ${quote(slash)}`] : []),
    ...(byCase ? [`"ignoreCase": ${ignored}`] : []),
  ];
  return said.join(' and ');
}

// The search puts a segment of its own where the route has a parameter; people read the parameter that they wrote.
function asWritten(path: string, pattern: PathPattern | undefined): string {
  const segments = path.split('/').slice(1);
  const written = segments.map((text, index) => {
    const segment = pattern?.segments[index];
    return segment === undefined || 'literal' in segment ? text : `{${segment.parameter}}`;
  });
  return `/${written.join('/')}`;
}

/** passedRouteIssue words it: both routes, and the habit of services that makes it matter. `pattern` is the path of the first. */
export function passedRouteIssue(passed: PassedRoute, pattern?: PathPattern): Issue {
  const { at, route, by, bySlash, byCase, differences } = passed;
  const path = asWritten(passed.path, pattern);
  const ways = passed.ways.map((way) => asWritten(way, pattern));
  const habit = [...(bySlash ? ['a trailing slash'] : []), ...(byCase ? ['case'] : [])].join(
    ' or ',
  );
  const found = `${quote(path)} is guarded by route ${quote(route)}, and ${listed(ways)} ${ways.length === 1 ? 'goes' : 'go'} to the same service by route ${quote(by)}, which ${differences.join(', ')}`;
  const expected = `"match" to say how the service behaves: many services, such as those built with Express or ASP.NET, see no difference in ${habit}`;
  const same = statements(passed, 'same', 'true');
  const distinct = statements(passed, 'distinct', 'false');
  const fix = `add ${same} to "match" if the service sees no difference, otherwise ${distinct}`;
  const place = pointer(at, 'match', 'path');
  return issue('route-passed', place, problem(found, expected, fix), { severity: 'warning' });
}
