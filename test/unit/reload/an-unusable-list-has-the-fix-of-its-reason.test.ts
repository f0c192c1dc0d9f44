import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { fromNative } from '../../../src/reload/refusal.js';

const fixOf = (reason: string): string => {
  const detail = `"/ca.crl", the list of CN=a: crl-stale, b: ${reason}`;
  const at = '/trust/t/crl';
  const native = { code: 'list-unusable', source: 'config', text: '', detail, at } as const;
  return fromNative({ ...native, severity: 'warning' }).fix ?? '';
};

test('an unusable list has the fix of its reason', async (t) => {
  t.match(fixOf('crl-number'), /"unnumbered": "accept"/);
  t.match(fixOf('crl-signature-algorithm, it is signed with SHA-1'), /SHA-256 or better/);
  t.match(fixOf('crl-critical-extension, extension 1.2.3'), /without critical extensions/);
  t.match(fixOf('crl-base, a delta list builds on number 0x07'), /complete list/);
  t.match(fixOf('crl-stale, next due never; the clock says 2026'), /whenStale/);
  t.match(fixOf('crl-not-yet-valid, issued later; the clock says 1970'), /clock/);
});

test('every rule of a list has a fix of its own; whenStale is named for an overdue one only', async (t) => {
  const rules = readFileSync('native/trust/verify_rules.def', 'utf8');
  const names = [...rules.matchAll(/"(crl-[a-z-]+)"/g)].map(([, name = '']) => name);
  const own = names.filter((name) => !['crl-missing', 'crl-scope'].includes(name));
  t.ok(own.length >= 9);
  const fixes = own.map(fixOf);
  t.equal(new Set(fixes).size, own.length);
  t.same(
    own.filter((_, i) => fixes[i]?.includes('whenStale')),
    ['crl-stale'],
  );
});

test('a bundle that admits nobody has a fix where no other warning says why', async (t) => {
  const at = '/trust/t';
  const native = {
    code: 'trust-admits-nobody',
    source: 'config',
    text: '',
    detail: 'x',
    at,
  } as const;
  t.match(
    fromNative({ ...native, severity: 'warning' }).fix,
    /if there are none, its lists are not about client/,
  );
});
