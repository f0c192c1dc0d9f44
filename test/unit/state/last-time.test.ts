import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { LastTime } from '../../../src/state/last-time.js';
import {
  decodeLastTime,
  encodeLastTime,
  LAST_TIME,
  LastTimeFile,
} from '../../../src/state/last-time-file.js';

const HOUR = 3600;
const NOW = 1_800_000_000;

const clockAt = (now: number, confirmed = true) => ({
  readClock: () => ({ now, floor: 0, confirmed, judgedAnew: false }),
});

function makeTeller() {
  const told: string[] = [];
  return {
    told,
    timeUnusable: (reason: string) => void told.push(`unusable: ${reason}`),
    timeAhead: (kept: number, now: number) => void told.push(`ahead: ${kept - now}`),
    timeNotKept: (reason: string) => void told.push(`not kept: ${reason}`),
  };
}

async function openIn(folder: string, announcer = makeTeller()) {
  const time = await LastTime.open({ file: new LastTimeFile(folder), announcer });
  const note = async (now: number, confirmed = true) => {
    time.note(clockAt(now, confirmed));
    await time.close();
  };
  const kept = () => decodeLastTime(readFileSync(join(folder, LAST_TIME), 'utf8'));
  return { time, note, kept, told: announcer.told };
}

function floorsOf(time: LastTime): readonly number[] {
  const floors: number[] = [];
  time.recall({ raiseClockFloor: (moment) => void floors.push(moment) });
  return floors;
}

test('a time that is written is read back, and anything else is refused', async (t) => {
  const text = encodeLastTime(NOW);
  t.equal(decodeLastTime(text), NOW);
  for (const bad of [text.slice(0, -1), text.replace('2027', '2028'), text.replace('/1', '/2'), ''])
    t.equal(decodeLastTime(bad), undefined, JSON.stringify(bad));
});

test('the time of a synchronised clock is kept, at most once an hour, for the next start', async (t) => {
  const folder = t.testdir({});
  const { time, note, kept, told } = await openIn(folder);
  t.same(floorsOf(time), []);
  await note(NOW, false);
  t.same(readdirSync(folder), [], 'nobody vouches for it');
  await note(NOW);
  await note(NOW + HOUR - 1);
  t.equal(kept(), NOW);
  await note(NOW + HOUR);
  t.equal(kept(), NOW + HOUR);
  await note(NOW + 9 * HOUR, false);
  t.same(floorsOf((await openIn(folder)).time), [NOW + HOUR]);
  t.same(told, []);
});

test('a file that is gone is written again, with what is known, and no other is', async (t) => {
  const folder = t.testdir({});
  const first = await openIn(folder);
  t.equal(await first.time.isWhole(), true, 'nothing was kept');
  await first.note(NOW);
  const { time, note, kept } = await openIn(folder);
  const written = statSync(join(folder, LAST_TIME)).ino;
  await note(NOW + 1);
  t.equal(statSync(join(folder, LAST_TIME)).ino, written);
  t.equal(await time.isWhole(), true);
  rmSync(join(folder, LAST_TIME));
  t.equal(await time.isWhole(), false);
  await note(0, false);
  t.equal(kept(), NOW, 'though nobody vouches for the clock');
  t.equal(await time.isWhole(), true);
});

test('a file that cannot be read or written is told of, once, and tried again', async (t) => {
  const folder = t.testdir({});
  writeFileSync(join(folder, LAST_TIME), 'somebody else was here\n', { mode: 0o600 });
  const damaged = await openIn(folder);
  t.match(damaged.told, [/^unusable: .*damaged/]);
  t.same(floorsOf(damaged.time), []);
  const away = join(folder, 'away');
  const { time, note, told } = await openIn(away);
  t.equal(told.length, 1, 'there is no such folder');
  await note(NOW);
  await note(NOW + 1);
  t.match(told.slice(1), [/^not kept: /]);
  t.equal(told.length, 2);
  t.equal(existsSync(join(away, LAST_TIME)), false);
  t.equal(await time.isWhole(), true, 'nothing was kept');
});

test('a synchronised clock that says less than one before is told of once, and what is kept is forgotten with its file', async (t) => {
  const folder = t.testdir({});
  const { note, kept, told } = await openIn(folder);
  await note(NOW + 9 * HOUR);
  await note(NOW, false);
  t.same(told, [], 'nobody vouches for it');
  await note(NOW);
  await note(NOW);
  t.same(told, [`ahead: ${9 * HOUR}`]);
  t.equal(kept(), NOW + 9 * HOUR, 'it may be the one that is right');
  rmSync(join(folder, LAST_TIME));
  await note(NOW);
  t.equal(kept(), NOW);
  await note(NOW + HOUR);
  t.equal(kept(), NOW + HOUR);
});
