import { test } from 'tap';
import { type Judge, lostAccess, type SeenClient, type Side } from '../../../src/control/access.js';
import type { Snapshot } from '../../../src/snapshot/snapshot.js';

type Allow = Snapshot['routes'][number]['allow'];

function side(document: string, listeners: readonly string[], routes: Record<string, Allow>): Side {
  const snapshot = {
    listeners: listeners.map((name) => ({ name })),
    routes: Object.entries(routes).map(([name, allow]) => ({ name, listeners, allow })),
  } as unknown as Snapshot;
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

// A client is who its subject says; "revoked" is not let in by the new document.
const judge: Judge = (document, { subject }) =>
  subject === 'revoked' && document === 'new'
    ? { refusal: 'it is revoked', clients: [] }
    : { refusal: '', clients: [subject] };

const only = (...clients: readonly string[]): Allow => ({ clients });

test('who loses a route, and who does not even get in', async (t) => {
  const before = side('old', ['edge'], {
    a: only('one', 'two', 'revoked'),
    b: only('one'),
    c: 'any-trusted',
  });
  const after = side('new', ['edge'], { a: only('one'), c: 'any-trusted' });
  const lost = lostAccess([before, after], ['one', 'two', 'three', 'revoked'].map(seen), judge);
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
  const before = side('old', ['edge'], { a: only('one') });
  const after = side('new', ['other'], { a: only('one') });
  t.match(lostAccess([before, after], [seen('one')], judge), [
    { routes: ['a'], refusal: 'the listener is gone' },
  ]);
});
