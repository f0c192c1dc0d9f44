import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { IN_PLACE } from '../../../src/config/material.js';
import { recoveredCandidate } from '../../../src/reload/candidate.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { filesNamedBy } from '../../../src/snapshot/public-files.js';
import { DISK } from '../../../src/state/durable-file.js';
import { readContents } from '../../../src/state/file-contents.js';
import { decodeKept, encodeKept, type Kept } from '../../../src/state/kept-document.js';
import { LastGood } from '../../../src/state/last-good.js';
import { makeConfigFolder, minimalConfig } from '../../support/config-folder.js';

/** keptOf compiles a configuration with a folder of revocation lists. */
async function keptOf(t: Test): Promise<Kept> {
  const folder = makeConfigFolder(t.testdir({ state: {} }));
  mkdirSync(join(folder.path, 'lists'));
  for (const name of ['b.crl', 'a.crl', '.upload']) {
    writeFileSync(join(folder.path, 'lists', name), `list ${name}`);
  }
  const config = JSON.parse(minimalConfig());
  config.trust.devices.crl = { files: ['lists'] };
  const file = folder.write('gateway.json', JSON.stringify(config));
  const compiled = await compileFile(file);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const contents = await readContents(filesNamedBy(compiled.snapshot), IN_PLACE);
  return { keptAt: 1, config: file, text: compiled.source.text, contents };
}

const bytesOf = (kept: Kept): Buffer => Buffer.concat(encodeKept(kept));

test('what is encoded is decoded', async (t) => {
  const kept = await keptOf(t);
  const decoded = decodeKept(bytesOf(kept));
  t.same(JSON.parse(JSON.stringify(decoded)), JSON.parse(JSON.stringify(kept)));
  const lists = decoded.contents.find(({ kind }) => kind === 'lists');
  t.same(
    lists?.parts.map(({ name }) => name),
    ['a.crl', 'b.crl'],
    'not the hidden one',
  );
});

test('every byte counts: no alteration and no cut goes unseen', async (t) => {
  const bytes = bytesOf(await keptOf(t));
  const refused = { code: 'state-unusable' };
  const step = Math.max(1, Math.floor(bytes.length / 300));
  for (let at = 0; at < bytes.length; at += at < 100 ? 1 : step) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(at) ^ 0x20, at);
    t.throws(() => decodeKept(altered), refused);
    t.throws(() => decodeKept(bytes.subarray(0, at)), refused);
  }
  t.throws(() => decodeKept(Buffer.concat([bytes, Buffer.from('x')])), refused);
});

test('another version is told from damage', async (t) => {
  const text = bytesOf(await keptOf(t)).toString('latin1');
  const other = Buffer.from(text.replace('pinlatch-last-good/2', 'pinlatch-last-good/3'), 'latin1');
  t.throws(() => decodeKept(other), { message: /its format is pinlatch-last-good\/3/ });
});

test('what comes back names copies of the public files, and the keys where they are', async (t) => {
  const kept = await keptOf(t);
  const state = join(kept.config, '..', 'state');
  const lastGood = new LastGood(state);
  t.equal(await lastGood.keep(kept), true);
  const recovered = await new LastGood(state).recover(kept.config);
  if (recovered === undefined) throw new Error('nothing was kept');
  const { document: text, snapshot } = await recoveredCandidate(recovered);
  const document = JSON.parse(text);
  const [pair] = document.listeners[0].certificates;
  const original = snapshot.listeners[0]?.certificates[0];
  t.same(pair.key, original?.key);
  t.same(original?.key, { secret: join(kept.config, '..', 'certs', 'server.key') });
  t.ok(pair.chain.path.startsWith(`${state}/copies-`));
  t.same(readFileSync(pair.chain.path), readFileSync(original?.chain.path ?? ''));
  t.equal(statSync(join(pair.chain.path, '..')).mode & 0o777, 0o700);
  const [lists] = document.trust[0].revocation.files;
  t.same(
    readdirSync(lists).map((name) => readFileSync(join(lists, name), 'utf8')),
    ['list a.crl', 'list b.crl'],
  );
  await recovered.dispose();
  t.ok(existsSync(lists), 'they stand for the next time');
});

for (const [what, spoil] of [
  ['missing', (copies: string) => rmSync(copies, { recursive: true })],
  ['torn', (copies: string) => writeFileSync(join(copies, '0'), 'torn')],
  ['one too many', (copies: string) => writeFileSync(join(copies, '9'), 'of somebody else')],
] as const) {
  test(`copies that are ${what} are made anew for one start, and stand again when it is kept`, async (t) => {
    const kept = await keptOf(t);
    const state = join(kept.config, '..', 'state');
    await new LastGood(state).keep(kept);
    const standing = () => readdirSync(state).filter((name) => name.startsWith('copies-'));
    const [name = ''] = standing();
    spoil(join(state, name));
    const lastGood = new LastGood(state);
    const recovered = await lastGood.recover(kept.config);
    const [first] = kept.contents;
    if (recovered === undefined || first === undefined) throw new Error('nothing was kept');
    const copy = recovered.locate(first);
    t.ok(copy.startsWith(`${state}/unpacked-`));
    t.ok(readFileSync(copy).equals(first.parts[0]?.bytes ?? Buffer.of()));
    await recovered.dispose();
    t.notOk(existsSync(copy));
    t.equal(await lastGood.keep(kept), false, 'what was kept is whole');
    t.same(standing(), [name]);
    const again = await lastGood.recover(kept.config);
    t.ok(again?.locate(first).startsWith(`${state}/copies-`));
  });
}

test('on a full disk what was kept serves by copies that are there, and nothing is written', async (t) => {
  const kept = await keptOf(t);
  const state = join(kept.config, '..', 'state');
  await new LastGood(state).keep(kept);
  const full = async (): Promise<never> => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const before = readdirSync(state);
  const recovered = await new LastGood(state, { ...DISK, create: full }).recover(kept.config);
  t.ok(recovered);
  t.same(readdirSync(state), before);
});

test('a disk that is full when copies are made is told of, and they are made when there is room', async (t) => {
  const kept = await keptOf(t);
  const state = join(kept.config, '..', 'state');
  let isFull = true;
  const create = async (path: string) => {
    if (isFull && path.includes('unpacked-'))
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return DISK.create(path);
  };
  const lastGood = new LastGood(state, { ...DISK, create });
  await t.rejects(lastGood.keep(kept), {
    code: 'state-unwritable',
    message: /without the copies by which it serves when the disk is full: .*ENOSPC/,
  });
  t.same(readdirSync(state), ['last-good']);
  isFull = false;
  t.equal(await lastGood.keep(kept), false);
  t.equal(readdirSync(state).length, 2);
  const { contents } = kept;
  const fewer = { ...kept, contents: contents.slice(1) };
  t.equal(await lastGood.keep(fewer), true);
  t.equal(readdirSync(state).length, 2, 'the copies of before are gone');
});

test('the same is not written again, also by the next process', async (t) => {
  const kept = await keptOf(t);
  const state = join(kept.config, '..', 'state');
  const lastGood = new LastGood(state);
  t.equal(await lastGood.keep(kept), true);
  t.equal(await lastGood.keep({ ...kept, keptAt: 2 }), false);
  t.equal(await new LastGood(state).keep({ ...kept, keptAt: 3 }), false);
  const changed = { ...kept, text: kept.text.replace('{', '{ "watch": false,') };
  t.equal(await lastGood.keep(changed), true);
  t.match(await lastGood.read(), { text: /"watch": false/ });
});

test('what cannot be used is replaced by the next one that serves', async (t) => {
  const kept = await keptOf(t);
  const lastGood = new LastGood(join(kept.config, '..', 'state'));
  writeFileSync(lastGood.path, 'garbage', { mode: 0o600 });
  await t.rejects(lastGood.recover(kept.config), { code: 'state-unusable', message: /damaged/ });
  t.equal(await lastGood.keep(kept), true);
  t.match(await lastGood.read(), { keptAt: 1 });
});

test('nothing kept is no error', async (t) => {
  const lastGood = new LastGood(t.testdir({}));
  t.equal(await lastGood.read(), undefined);
  t.equal(await lastGood.recover('/gateway.json'), undefined);
});

test('what a killed gateway left behind is removed', async (t) => {
  const state = t.testdir({
    'last-good': 'x',
    'last-good.77.new': 'torn',
    'unpacked-a1b2c3': { 0: 'copy' },
    'of-somebody-else': '',
  });
  await new LastGood(state).tidy();
  t.same(readdirSync(state).sort(), ['last-good', 'of-somebody-else']);
});

test('what another configuration file left is not taken for this one', async (t) => {
  const kept = await keptOf(t);
  const lastGood = new LastGood(join(kept.config, '..', 'state'));
  await lastGood.keep(kept);
  await t.rejects(lastGood.recover('/etc/other.json'), {
    code: 'state-unusable',
    message: /a state folder of its own/,
  });
});

test('what was kept is written again where somebody emptied the folder', async (t) => {
  const kept = await keptOf(t);
  const folder = join(t.testdirName, 'state');
  const lastGood = new LastGood(folder);
  t.equal(await lastGood.keep(kept), true);
  t.equal(await lastGood.isMissing(), false);
  const names = readdirSync(folder);
  for (const name of names) rmSync(join(folder, name), { recursive: true });
  t.equal(await lastGood.isMissing(), true);
  t.equal(await lastGood.keep(kept), true);
  t.same(readdirSync(folder), names, 'with the copies beside it');
  rmSync(folder, { recursive: true });
  t.equal(await lastGood.isMissing(), false, 'there is nowhere to write it');
  await t.rejects(lastGood.keep(kept), { code: 'state-missing' });
  mkdirSync(folder, { mode: 0o700 });
  t.equal(await lastGood.isMissing(), true, 'somebody made the folder again');
  t.equal(await lastGood.keep(kept), true);
});

/** full is a disk that takes no byte as long as `state.isFull`; renaming needs none. */
function full(state: { isFull: boolean }) {
  const create = async (path: string) => {
    if (state.isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    return DISK.create(path);
  };
  return { ...DISK, create };
}

test('what was kept is marked as overtaken by what served and could not be kept, until there is room', async (t) => {
  const kept = await keptOf(t);
  const state = join(kept.config, '..', 'state');
  const disk = { isFull: false };
  const lastGood = new LastGood(state, full(disk));
  await lastGood.keep(kept);
  disk.isFull = true;
  const later = { ...kept, keptAt: 2, text: kept.text.replace('{', '{ "watch": false,') };
  await t.rejects(lastGood.keep(later), {
    code: 'state-unwritable',
    message: /cannot be kept in .*: no space is left on the disk \(ENOSPC\)$/,
  });
  await lastGood.overtake(later);
  const next = new LastGood(state, full(disk));
  t.match(await next.recover(kept.config), { isOvertaken: true, kept: { keptAt: 1 } });
  t.equal(await next.isMissing(), false);
  await t.rejects(next.keep(later), { code: 'state-unwritable' });
  await next.overtake(later);
  t.match(await next.recover(kept.config), { isOvertaken: true }, 'it stays so');
  disk.isFull = false;
  t.equal(await next.keep(later), true);
  t.match(await next.recover(kept.config), { isOvertaken: false, kept: { keptAt: 2 } });
  t.notOk(existsSync(join(state, 'overtaken')));
});

test('what was overtaken and serves again is the last good configuration, on a full disk too', async (t) => {
  const kept = await keptOf(t);
  const state = join(kept.config, '..', 'state');
  const disk = { isFull: false };
  const lastGood = new LastGood(state, full(disk));
  await lastGood.keep(kept);
  disk.isFull = true;
  await lastGood.overtake({ ...kept, text: '{}' });
  t.equal(await lastGood.keep({ ...kept, keptAt: 3 }), false);
  t.match(await lastGood.recover(kept.config), { isOvertaken: false });
});

test('what was written all the same is not overtaken by itself', async (t) => {
  const kept = await keptOf(t);
  const lastGood = new LastGood(join(kept.config, '..', 'state'));
  await lastGood.keep(kept);
  await lastGood.overtake({ ...kept, keptAt: 2 });
  t.match(await lastGood.recover(kept.config), { isOvertaken: false });
});

test('that the mark cannot be set is an error; where nothing was kept there is nothing to mark', async (t) => {
  const kept = await keptOf(t);
  const readOnly = async (): Promise<never> => {
    throw Object.assign(new Error('read-only'), { code: 'EROFS' });
  };
  const state = join(kept.config, '..', 'state');
  const lastGood = new LastGood(state, { ...DISK, rename: readOnly });
  await lastGood.overtake(kept);
  await new LastGood(state).keep(kept);
  await t.rejects(lastGood.overtake({ ...kept, text: '{}' }), {
    code: 'state-unwritable',
    message: /cannot be marked as overtaken.*: the file system is read-only \(EROFS\)/,
  });
});

const HEAD_OF_1 = readFileSync(new URL('../../fixtures/last-good-1.json', import.meta.url), 'utf8')
  .replaceAll('@FOLDER@', '/etc/pinlatch')
  .replaceAll(/@(?:CA|SERVER|CLIENT)@/g, 'ab'.repeat(32))
  .replaceAll(/"@SIZE [a-z.]+@"/g, '0');

/** fileOf writes a file with a right checksum, whatever its head is. */
function fileOf(version: number, head: unknown, rest = Buffer.of()): Buffer {
  const line = typeof head === 'string' ? head : JSON.stringify(head);
  const body = Buffer.concat([Buffer.from(`${line}\n`), rest]);
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`pinlatch-last-good/${version} sha256:${digest}\n`), body]);
}

type Json = { [name: string]: unknown };

// spoiled has each member in turn, at any depth, replaced by what is no value that it can have, or left out.
function* spoiled(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  const at = Object.keys(value);
  for (const key of at) {
    const put = (member: unknown): unknown => {
      const copy = structuredClone(value) as Json;
      if (member === undefined) delete copy[key];
      else copy[key] = member;
      return copy;
    };
    if (!Array.isArray(value)) yield put(undefined);
    yield put({ no: 'value' });
    for (const member of spoiled((value as Json)[key])) yield put(member);
  }
}

const REFUSED = { name: 'GatewayError', code: 'state-unusable' };

for (const version of [1, 2]) {
  test(`a file of form ${version} that is of no such shape is unusable, though its checksum is right`, async (t) => {
    const heads = ['null', '{}', '[]', '5', '"text"', '', '{', '{"entries":[]}'];
    for (const head of heads) t.throws(() => decodeKept(fileOf(version, head)), REFUSED, head);
    const kept = { keptAt: 1, config: '/etc/gateway.json', text: '{}', entries: [] };
    t.throws(() => decodeKept(fileOf(version, { ...kept, text: 5 })), REFUSED);
    t.throws(() => decodeKept(fileOf(version, { ...kept, keptAt: 1e300 })), REFUSED);
    t.throws(() => decodeKept(fileOf(version, { ...kept, config: 'gateway.json' })), REFUSED);
  });
}

test('no member of a kept file can be left out or be anything else', async (t) => {
  const [first, line = ''] = bytesOf(await keptOf(t))
    .toString('latin1')
    .split('\n');
  t.match(first, 'pinlatch-last-good/2');
  const head = JSON.parse(line);
  for (const one of spoiled(head)) {
    t.throws(() => decodeKept(fileOf(2, one)), REFUSED, JSON.stringify(one));
  }
  const part = { name: '', bytes: 0 };
  const entry = { path: '/ca.crt', kind: 'certificates', isFolder: false, parts: [part] };
  const kept = { keptAt: 1, config: '/etc/gateway.json', text: '{}' };
  t.match(decodeKept(fileOf(2, { ...kept, entries: [entry] })), {
    contents: [{ path: '/ca.crt' }],
  });
  for (const wrong of [{ parts: [] }, { parts: [part, part] }, { isFolder: true }]) {
    t.throws(() => decodeKept(fileOf(2, { ...kept, entries: [{ ...entry, ...wrong }] })), REFUSED);
  }
});

test('of what the last release kept, nothing that has no value it can have gets through', async (t) => {
  const head = JSON.parse(HEAD_OF_1);
  t.match(decodeKept(fileOf(1, head)), { operation: { watch: true } });
  for (const one of spoiled(head)) {
    try {
      const kept = decodeKept(fileOf(1, one)); // a member that is filled in may be missing
      t.match(kept, { operation: { watch: true, adminSocket: null } });
    } catch (error) {
      t.match(error, REFUSED, JSON.stringify(one));
    }
  }
});
