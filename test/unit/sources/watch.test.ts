import { mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { FileWatcher } from '../../../src/sources/watch.js';

function setUp(t: Test) {
  const folder = realpathSync(t.testdir({ certs: { 'a.crt': '1' } }));
  let changes = 0;
  let waiting: () => void = () => undefined;
  const failures: [string, string][] = [];
  const watcher = new FileWatcher({
    onChange: () => {
      changes++;
      waiting();
    },
    onFailed: (...failure) => failures.push(failure),
    times: { quietMs: 20, mostMs: 200 },
  });
  // Watches keep no process alive.
  const alive = setInterval(() => undefined, 1 << 30);
  t.teardown(() => {
    clearInterval(alive);
    watcher.close();
  });
  /** changed resolves when a change was told after `act`. */
  const changed = (act: () => void): Promise<void> => {
    const before = changes;
    return new Promise((resolve) => {
      waiting = () => {
        if (changes > before) resolve();
      };
      act();
    });
  };
  const file = join(folder, 'certs', 'a.crt');
  return { folder, file, watcher, failures, changed };
}

test('watching begins with a look: what changed just before was seen by nobody', async (t) => {
  const { file, watcher, changed } = setUp(t);
  await changed(() => void watcher.follow([file]));
  t.pass();
});

test('a name that is followed anew in a watched folder is looked at, too', async (t) => {
  const { folder, file, watcher, changed } = setUp(t);
  const other = join(folder, 'certs', 'b.crt');
  await changed(() => void watcher.follow([file]));
  // Nothing is written from here on: what could be told is the look alone.
  await changed(() => void watcher.follow([file, other]));
  t.pass();
});

test('writing, replacing, removing and making anew are changes', async (t) => {
  const { file, watcher, changed } = setUp(t);
  await changed(() => void watcher.follow([file]));
  await changed(() => writeFileSync(file, '2'));
  await changed(() => {
    writeFileSync(`${file}.new`, '3');
    renameSync(`${file}.new`, file);
  });
  await changed(() => rmSync(file));
  await changed(() => writeFileSync(file, '4'));
  t.pass();
});

test('a folder that is replaced is followed to the new one', async (t) => {
  const { folder, file, watcher, changed } = setUp(t);
  await changed(() => void watcher.follow([file]));
  await changed(() => {
    renameSync(join(folder, 'certs'), join(folder, 'old'));
    mkdirSync(join(folder, 'certs'));
    writeFileSync(file, '2');
  });
  // Whoever was told follows again; the new folder is another one of the same name.
  await changed(() => void watcher.follow([file]));
  await changed(() => writeFileSync(file, '3'));
  t.pass();
});

test('other files of the folder are no change', async (t) => {
  const { folder, file, watcher, changed } = setUp(t);
  await changed(() => void watcher.follow([file]));
  const seen: string[] = [];
  // Were the first one told, it would be told by itself: its burst is over when the second begins.
  const first = changed(() => {
    writeFileSync(join(folder, 'certs', 'other'), '');
    setTimeout(() => {
      seen.push('second');
      writeFileSync(file, '2');
    }, 500);
  });
  await first;
  t.same(seen, ['second']);
});

test('what is not followed any more is no change, and no folder is kept', async (t) => {
  const { file, watcher, changed } = setUp(t);
  await changed(() => void watcher.follow([file]));
  t.ok(watcher.folders > 1);
  await watcher.follow([]);
  t.equal(watcher.folders, 0);
});

test('a closed watcher keeps nothing', async (t) => {
  const { file, watcher, changed } = setUp(t);
  await changed(() => void watcher.follow([file]));
  watcher.close();
  t.equal(watcher.folders, 0);
  await watcher.follow([file]);
  t.equal(watcher.folders, 0);
});
