import { test } from 'tap';
import { type Judge, lostAccess, type SeenClient, type Side } from '../../../src/explain/access.js';
import type { Snapshot } from '../../../src/snapshot/snapshot.js';

function side(document: string, listeners: readonly string[]): Side {
  const snapshot = { listeners: listeners.map((name) => ({ name })) } as unknown as Snapshot;
  return { snapshot, document };
}

const seen = (subject: string): SeenClient => ({
  listener: 'edge',
  serverName: '',
  subject,
  sha256: '',
  lastSeen: 0,
  chain: [],
});

// "revoked" is not let in by the new document.
const ROUTES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  old: { one: ['a', 'b', 'c'], two: ['a', 'c'], three: ['c'], revoked: ['a', 'c'] },
  new: { one: ['a', 'c'], two: ['c'], three: ['c'] },
};

const judge: Judge = (document, { subject }) => {
  const routes = ROUTES[document]?.[subject];
  return { refusal: routes === undefined ? 'it is revoked' : '', routes: routes ?? [] };
};

test('who loses a route, and who does not even get in', async (t) => {
  const sides = [side('old', ['edge']), side('new', ['edge'])] as const;
  const lost = lostAccess(sides, ['one', 'two', 'three', 'revoked'].map(seen), judge);
  t.same(
    lost.map(({ client, routes, refusal }) => [client.subject, routes, refusal]),
    [
      ['one', ['b'], ''],
      ['two', ['a'], ''],
      ['revoked', ['a', 'c'], 'it is revoked'],
    ],
  );
});

test('a listener that is gone takes everything with it', async (t) => {
  const sides = [side('old', ['edge']), side('new', ['other'])] as const;
  t.match(lostAccess(sides, [seen('one')], judge), [
    { routes: ['a', 'b', 'c'], refusal: 'the listener is no longer configured' },
  ]);
});
