import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { EngineError } from '../../../src/engine/engine-error.js';
import type { ListMark } from '../../../src/engine/native.js';
import { ListNumbers } from '../../../src/state/list-numbers.js';
import { decodeListNumbers, encodeListNumbers } from '../../../src/state/list-numbers-document.js';
import { ListNumbersFile } from '../../../src/state/list-numbers-file.js';
import { listsOf } from '../../../src/state/list-series.js';
import { LIST, makeTeller, memoryOf } from '../../support/list-memory.js';

test('what is written is read back, and the same lists are always the same text', async (t) => {
  const other = { ...LIST, bundle: 'apps', number: '', delta: true, scope: Buffer.from([0x30, 0]) };
  const text = encodeListNumbers([LIST, other]);
  t.same(decodeListNumbers(text), [other, LIST]);
  t.equal(encodeListNumbers([other, LIST]), text);
  t.same(decodeListNumbers(encodeListNumbers([])), []);
  t.match(text.split('\n')[1], /^\{"bundle":"apps","issuerName":"CN=CA",.*"thisUpdate":"2026-/);
});

test('a text that is torn, altered, of another version or of somebody else is refused', async (t) => {
  const text = encodeListNumbers([LIST]);
  const refused: readonly [string, RegExp][] = [
    [text.slice(0, -1), /checksum/],
    [text.replace('0x06', '0x05'), /checksum/],
    [`${text}\n`, /checksum/],
    [text.replace('numbers/1', 'numbers/2'), /its format is pinlatch-list-numbers\/2/],
    ['', /damaged/],
    ['{}\n', /damaged/],
  ];
  for (const [bad, message] of refused) {
    t.throws(() => decodeListNumbers(bad), { code: 'state-unusable', message });
  }
});

test('the file is written for a new list, and for nothing else', async (t) => {
  const folder = t.testdir({});
  const teller = makeTeller();
  const memory = memoryOf();
  const open = () => ListNumbers.open({ file: new ListNumbersFile(folder), announcer: teller });
  const numbers = await open();
  await numbers.save(memory);
  t.same(readdirSync(folder), [], 'nothing to remember, nothing to write');
  memory.become(LIST);
  await numbers.save(memory);
  const written = statSync(join(folder, 'list-numbers')).ino;
  await numbers.save(memory);
  const next = await open();
  next.recall(memory);
  t.match(memory.remembered, [{ bundle: 'devices', number: '0x06' }]);
  await next.save(memory);
  t.equal(statSync(join(folder, 'list-numbers')).ino, written);
  t.same(teller.told, ['kept 1']);
});

test('lists whose signer nobody has shown are not kept', async (t) => {
  const folder = t.testdir({});
  const teller = makeTeller();
  const numbers = await ListNumbers.open({ file: new ListNumbersFile(folder), announcer: teller });
  const memory = memoryOf(LIST, { ...LIST, issuerName: 'CN=elsewhere', key: '' });
  await numbers.save(memory);
  t.notMatch(readFileSync(join(folder, 'list-numbers'), 'utf8'), /elsewhere/);
  numbers.close();
});

test('a list that is forgotten is gone from memory and from the file', async (t) => {
  const folder = t.testdir({});
  const numbers = await ListNumbers.open({
    file: new ListNumbersFile(folder),
    announcer: makeTeller(),
  });
  const memory = memoryOf(LIST);
  await numbers.save(memory);
  await t.rejects(numbers.forget(memory, { bundle: 'devices', issuer: 'CN=ca' }), {
    code: 'admin-refused',
  });
  t.match(await numbers.forget(memory, { bundle: 'devices', issuer: 'CN=CA' }), [
    { number: '0x06' },
  ]);
  t.same(memory.rememberedLists(), []);
  t.same(decodeListNumbers(readFileSync(join(folder, 'list-numbers'), 'utf8')), []);
  t.throws(() => listsOf([], { bundle: 'devices', issuer: 'CN=CA' }), { message: /no list is$/ });
});

test('a file that others may write is neither believed nor touched', async (t) => {
  const folder = t.testdir({});
  const path = join(folder, 'list-numbers');
  const text = encodeListNumbers([LIST]);
  writeFileSync(path, text);
  chmodSync(path, 0o666);
  const teller = makeTeller();
  const numbers = await ListNumbers.open({ file: new ListNumbersFile(folder), announcer: teller });
  const memory = memoryOf({ ...LIST, number: '0x07' });
  numbers.recall(memory);
  await numbers.save(memory);
  t.same(memory.remembered, []);
  t.match(teller.told, [/^lost: .*everybody may write it/, /^not kept: .*everybody/]);
  t.match(numbers.failure, /everybody may write it/);
  numbers.close();
  t.same(readdirSync(folder), ['list-numbers']);
  t.equal(readFileSync(path, 'utf8'), text);
});

test('a file that cannot be written is told, and so is what is forgotten in memory alone', async (t) => {
  const folder = t.testdir({});
  const teller = makeTeller();
  const failing = {
    create: () => Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' })),
    rename: () => Promise.resolve(),
    syncFolder: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  };
  const file = new ListNumbersFile(folder, failing);
  const numbers = await ListNumbers.open({ file, announcer: teller });
  const memory = memoryOf(LIST);
  await numbers.save(memory);
  t.match(teller.told, [/^not kept: .*list/]);
  t.match(numbers.failure, /cannot be kept/);
  memory.become(LIST, { ...LIST, bundle: 'apps' });
  await t.rejects(numbers.forget(memory, { bundle: 'devices', issuer: 'CN=CA' }), {
    message: /next start only/,
  });
});

test('a kept list that the data plane cannot read is told, and the others are remembered', async (t) => {
  const folder = t.testdir({ 'list-numbers': encodeListNumbers([LIST, { ...LIST, bundle: 'x' }]) });
  const teller = makeTeller();
  const numbers = await ListNumbers.open({ file: new ListNumbersFile(folder), announcer: teller });
  const memory = memoryOf();
  const rememberList = (mark: ListMark): void => {
    if (mark.bundle === 'x') throw new EngineError('crl-invalid', 'its issuer cannot be read');
    memory.rememberList(mark);
  };
  numbers.recall({ ...memory, rememberList });
  t.match(memory.remembered, [{ bundle: 'devices' }]);
  t.match(teller.told, ['lost: x, CN=CA: its issuer cannot be read']);
});

test('without a state folder nothing is kept, and nothing is amiss', async (t) => {
  const teller = makeTeller();
  const numbers = await ListNumbers.open({ announcer: teller });
  await numbers.save(memoryOf(LIST));
  t.same([numbers.folder, numbers.failure, numbers.lost, ...teller.told], [undefined, '', '']);
});

test('lists that served stand in for numbers that are gone, and for no others', async (t) => {
  const folder = t.testdir({ whole: {}, gone: {}, refused: {} });
  const open = async (name: string) => {
    const teller = makeTeller();
    const file = new ListNumbersFile(join(folder, name));
    return { teller, numbers: await ListNumbers.open({ file, announcer: teller }) };
  };
  const served = async () => [LIST, { ...LIST, issuerName: 'CN=elsewhere', key: '' }];
  const recalled = (numbers: ListNumbers): readonly ListMark[] => {
    const memory = memoryOf();
    numbers.recall(memory);
    return memory.remembered;
  };

  writeFileSync(join(folder, 'whole/list-numbers'), encodeListNumbers([]));
  const whole = await open('whole');
  await whole.numbers.standIn(() => Promise.reject(new Error('asked')));
  t.same(recalled(whole.numbers), [], 'what was forgotten stays so');
  t.same(whole.teller.told, []);

  const gone = await open('gone');
  await gone.numbers.standIn(served);
  t.match(recalled(gone.numbers), [{ number: '0x06' }]);
  t.match(gone.teller.told, [
    /^lost: .*gone\/list-numbers": there is no such file/,
    'replaced by 1',
  ]);

  chmodSync(join(folder, 'refused'), 0o777);
  writeFileSync(join(folder, 'refused/list-numbers'), encodeListNumbers([LIST]));
  const refused = await open('refused');
  const why = refused.numbers.lost;
  await refused.numbers.standIn(() => Promise.reject(new Error(why)));
  t.match(refused.teller.told, [/^lost: .*everybody/], 'once');
});

test('numbers that were kept and are gone are known to be gone, and written again', async (t) => {
  const folder = t.testdir({});
  const numbers = await ListNumbers.open({
    file: new ListNumbersFile(folder),
    announcer: makeTeller(),
  });
  t.equal(await numbers.isWhole(), true, 'nothing to remember');
  const memory = memoryOf(LIST);
  await numbers.save(memory);
  t.equal(await numbers.isWhole(), true);
  rmSync(join(folder, 'list-numbers'));
  t.equal(await numbers.isWhole(), false);
  await numbers.save(memory);
  t.equal(await numbers.isWhole(), true);
  t.same(readdirSync(folder), ['list-numbers']);
});
