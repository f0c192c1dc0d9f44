import { type Test, test } from 'tap';
import type { NativeGateway, NativeIssue } from '../../../src/engine/native.js';
import { ownCommand } from '../../../src/own-name.js';
import { apply, attempt, committed, stage, undone } from '../../../src/reload/attempt.js';
import { FileSource } from '../../../src/sources/file-source.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

const issueOf = (code: string): NativeIssue => ({
  ...{ code, source: 'config', text: 'some text', detail: 'some detail', at: '' },
});

/** setUp makes a file that is sound, and a data plane that says of each snapshot what `told` has next. */
function setUp(t: Test, ...told: readonly (readonly NativeIssue[])[]) {
  const folder = makeConfigFolder(t.testdir());
  const file = folder.write('gateway.json', minimalConfig({}));
  const applied: string[] = [];
  const native = {
    apply: (document: string) => {
      applied.push(document);
      return told[applied.length - 1] ?? [];
    },
  } as unknown as NativeGateway;
  return { file, applied, native };
}

test('an attempt is staged before anybody notices, applied, and told of', async (t) => {
  const { file, applied, native } = setUp(t);
  const made = await attempt(new FileSource(file), (candidate) => {
    const staged = stage(candidate);
    t.equal(staged.state, 'staged');
    t.same(applied, []);
    return apply(staged, native);
  });
  if (made.state !== 'applied') throw made.reason;
  t.same(applied, [made.candidate.document]);
  t.ok(made.files.includes(file));
  t.equal(await made.again(), made.fingerprint);
  t.match(committed('command', 7, made), {
    ...{ ok: true, trigger: 'command', generation: 7, changes: [], reason: '' },
  });
});

test('an attempt that the data plane refuses is undone, with the reason and the files', async (t) => {
  const { file, native } = setUp(t, [issueOf('key-mismatch')]);
  const made = await attempt(new FileSource(file), (candidate) => apply(stage(candidate), native));
  if (made.state !== 'undone') throw new Error('it serves');
  t.match(made, { reason: { name: 'Refusal' }, fingerprint: /./ });
  t.ok(made.files.includes(file));
  t.match(undone('change', 3, made), {
    ...{ ok: false, trigger: 'change', generation: 3, changes: [] },
    issues: [{ code: 'key-mismatch', level: 'error' }],
  });
});

test('what a step throws undoes the attempt, and a warning does not', async (t) => {
  const { file, native } = setUp(t, [{ ...issueOf('anchor-unusable'), severity: 'warning' }]);
  const bug = new TypeError('a bug');
  const failed = await attempt(new FileSource(file), () => {
    throw bug;
  });
  t.match(failed, { state: 'undone', reason: bug });
  const made = await attempt(new FileSource(file), (candidate) => apply(stage(candidate), native));
  t.match(made, { state: 'applied', warnings: [{ code: 'anchor-unusable' }] });
});

test('an attempt whose files change between two steps begins again', async (t) => {
  const { file, applied, native } = setUp(t, [issueOf('file-changed')], []);
  const made = await attempt(new FileSource(file), (candidate) => apply(stage(candidate), native));
  t.equal(made.state, 'applied');
  t.equal(applied.length, 2);
});

const STALE: NativeIssue = {
  ...issueOf('crl-invalid'),
  remedy: {
    when: 'if it was a mistake',
    command: ['trust', 'forget-list', 'devices', "CN=O'Neil"],
  },
};
const FORGET = `if it was a mistake: ${ownCommand([])} trust forget-list devices 'CN=O'\\''Neil'`;

test('what can be done is a command for the shell, with the state folder where no gateway runs', async (t) => {
  const { file, native } = setUp(t, [STALE], [STALE], [{ ...STALE, severity: 'warning' }]);
  const fixOf = async (stateFolder?: string) => {
    const made = await attempt(new FileSource(file), (candidate) =>
      apply(stage(candidate), native, stateFolder),
    );
    const issues = made.state === 'applied' ? made.warnings : undone('change', 3, made).issues;
    return issues.map(({ fix }) => fix);
  };
  t.same(await fixOf('/var/lib/my state'), [`${FORGET} --state '/var/lib/my state'`]);
  t.same(await fixOf(), [FORGET]);
  t.same(await fixOf('/var/lib/my state'), [FORGET], 'it serves');
});

test('why what was kept is no longer served is said with its places, without warnings and empty words', async (t) => {
  const told = [
    issueOf('key-mismatch'),
    { ...issueOf('crl-invalid'), at: '/trust/devices/crl' },
    { ...issueOf('anchor-unusable'), severity: 'warning' as const },
  ];
  const { file, native } = setUp(t, told);
  const reasons: unknown[] = [];
  await attempt(new FileSource(file), ({ compiled: _, ...kept }) => {
    try {
      return apply(stage({ ...kept, keptAt: 1 }), native) as never;
    } catch (error) {
      reasons.push(error);
      throw error;
    }
  });
  t.match(reasons, [
    {
      code: 'state-unusable',
      message: 'it can no longer be served: some detail; /trust/devices/crl: some detail',
    },
  ]);
});
