import { test } from 'tap';
import { rawExtension } from '../support/extensions.js';
import { type ListParts, type ListSite, startListSite } from '../support/list-site.js';
import { hoursFromNow } from '../support/refusal-case.js';
import { reloadByCommand, visit } from '../support/reloads.js';

const UNKNOWN = rawExtension('1.2.3.4', true, Buffer.from([5, 0]));
const REASON = rawExtension('2.5.29.21', false, Buffer.from([0x0a, 1, 1]));

interface Unusable {
  readonly rule: string;
  /** What the newer list is like besides naming the leaver. */
  readonly parts: (names: ListSite['names']) => ListParts;
}

const entriesWith = (
  { revoked = [] }: ListSite['names'],
  extensions: NonNullable<ListParts['extensions']>,
): ListParts => ({ revoked: revoked.map((entry) => ({ ...entry, extensions })) });

const UNUSABLE: Readonly<Record<string, Unusable>> = {
  'is overdue': {
    rule: 'crl-stale',
    parts: () => ({ thisUpdate: hoursFromNow(-48), nextUpdate: hoursFromNow(-1) }),
  },
  'is from the future': {
    rule: 'crl-not-yet-valid',
    parts: () => ({ thisUpdate: hoursFromNow(1) }),
  },
  'is signed with SHA-1': {
    rule: 'crl-signature-algorithm',
    parts: () => ({ signature: 'ecdsa-sha1' }),
  },
  'has an unknown critical extension': {
    rule: 'crl-critical-extension',
    parts: () => ({ extensions: [UNKNOWN] }),
  },
  'has an entry with an unknown critical extension': {
    rule: 'crl-critical-extension',
    parts: (names) => entriesWith(names, [UNKNOWN]),
  },
  'has an entry with an extension twice': {
    rule: 'crl-entries',
    parts: (names) => entriesWith(names, [REASON, REASON]),
  },
};

for (const [what, { rule, parts }] of Object.entries(UNUSABLE)) {
  test(`a newer list that ${what} admits nobody, whatever an older one says`, async (t) => {
    const site = await startListSite({ begin: (lists) => lists.write('older.crl', 5n) });
    const { gateway, lists, leaver, names } = site;
    t.teardown(() => gateway.stop());
    t.same(await visit(gateway, { client: leaver }), [200, 200]);

    lists.write('newer.crl', 6n, { ...names, ...parts(names) });
    t.match(await reloadByCommand(gateway), { status: 200 });
    t.same(await visit(gateway, { client: leaver }), ['46', '46']);
    t.same(await visit(gateway), ['46', '46'], 'nor does it admit whom it does not name');
    const line = await gateway.log.find(({ code }) => code === 'revocation-unknown');
    t.match(line, { type: 'security', detail: new RegExp(`^${rule} `) });

    lists.write('newer.crl', 7n, names);
    t.match(await reloadByCommand(gateway), { status: 200 });
    t.same(await visit(gateway, { client: leaver }), ['44', '44'], 'revoked');
    t.same(await visit(gateway), [200, 200]);
  });
}

test('an unusable list that is taken away does not bring the older one back', async (t) => {
  const { gateway, lists, leaver, names } = await startListSite({
    begin: (folder, { names: of }) => {
      folder.write('older.crl', 5n);
      folder.write('newer.crl', 6n, { ...of, signature: 'ecdsa-sha1' });
    },
  });
  t.teardown(() => gateway.stop());
  lists.remove('newer.crl');
  t.match(await reloadByCommand(gateway), { status: 422 });
  t.same(await visit(gateway, { client: leaver }), ['46', '46']);
  lists.write('newer.crl', 6n, names);
  t.match(await reloadByCommand(gateway), { status: 200 });
  t.same(await visit(gateway, { client: leaver }), ['44', '44']);
});
