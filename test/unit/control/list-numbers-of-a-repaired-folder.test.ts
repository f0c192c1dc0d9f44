import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { ListNumbers } from '../../../src/state/list-numbers.js';
import { decodeListNumbers, encodeListNumbers } from '../../../src/state/list-numbers-document.js';
import { ListNumbersFile } from '../../../src/state/list-numbers-file.js';
import { LIST, makeTeller, memoryOf } from '../../support/list-memory.js';

const numbered = (number: string) => ({ ...LIST, number });

const numbersIn = (folder: string): readonly string[] =>
  decodeListNumbers(readFileSync(join(folder, 'list-numbers'), 'utf8')).map(({ number }) => number);

async function openIn(t: Test, folder: string) {
  const teller = makeTeller();
  const numbers = await ListNumbers.open({ file: new ListNumbersFile(folder), announcer: teller });
  t.teardown(() => numbers.close());
  return { numbers, teller };
}

test('a folder that others could write is written as soon as it is repaired', async (t) => {
  const folder = t.testdir({});
  chmodSync(folder, 0o777);
  const { numbers, teller } = await openIn(t, folder);
  const memory = memoryOf(numbered('0x07'));
  await numbers.save(memory);
  t.match(numbers.failure, /mode 0777/);
  t.equal(numbers.lost, '', 'no file was there');
  await numbers.save(memory);
  t.match(teller.told, [/^not kept: .*mode 0777/], 'told once');
  chmodSync(folder, 0o700);
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x07']);
  t.equal(numbers.failure, '');
});

test('a folder that is made after the start is written', async (t) => {
  const folder = join(t.testdir({}), 'state');
  const { numbers, teller } = await openIn(t, folder);
  const memory = memoryOf(numbered('0x07'));
  await numbers.save(memory);
  t.equal(numbers.lost, '', 'nothing was there to be lost');
  t.match(teller.told, [/^not kept: the state folder .* does not exist; .*mkdir -m 700 '/]);
  mkdirSync(folder, { mode: 0o700 });
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x07']);
});

test('what a start could not read is merged upwards, never written over by something lower', async (t) => {
  const folder = t.testdir({ 'list-numbers': encodeListNumbers([numbered('0x09')]) });
  chmodSync(folder, 0o777);
  const { numbers, teller } = await openIn(t, folder);
  t.match(numbers.lost, /mode 0777/, 'a file was there');
  const memory = memoryOf(numbered('0x07'));
  numbers.recall(memory);
  await numbers.save(memory);
  chmodSync(folder, 0o700);
  await numbers.catchUp(memory);
  t.match(memory.rememberedLists(), [{ number: '0x09' }], 'before the next snapshot is judged');
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x09']);
  t.equal(numbers.lost, '');
  t.match(teller.told, [/^lost: /, /^not kept: /, 'found 1, overtaken: "devices" "CN=CA"']);
});

test('of what the file and the gateway have, the higher number of each list stays', async (t) => {
  const apps = { ...LIST, bundle: 'apps' };
  const text = encodeListNumbers([numbered('0x05'), { ...apps, number: '0x08' }]);
  const folder = t.testdir({ 'list-numbers': text });
  chmodSync(join(folder, 'list-numbers'), 0o666);
  const { numbers } = await openIn(t, folder);
  const memory = memoryOf(numbered('0x07'), { ...apps, number: '0x06' });
  await numbers.save(memory);
  t.equal(readFileSync(join(folder, 'list-numbers'), 'utf8'), text, 'not believed, not touched');
  chmodSync(join(folder, 'list-numbers'), 0o600);
  await numbers.save(memory);
  t.same(numbersIn(folder).toSorted(), ['0x07', '0x08']);
});

test('a file, or a folder, that is removed while the gateway runs is written again', async (t) => {
  const folder = join(t.testdir({ state: {} }), 'state');
  chmodSync(folder, 0o700);
  const { numbers } = await openIn(t, folder);
  const memory = memoryOf(numbered('0x07'));
  await numbers.save(memory);
  rmSync(join(folder, 'list-numbers'));
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x07']);
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x07']);
});

test('a file that could be neither used nor set aside is replaced once it is gone', async (t) => {
  const folder = t.testdir({ 'list-numbers': 'damaged', 'list-numbers.damaged': { full: '' } });
  const { numbers } = await openIn(t, folder);
  t.match(numbers.lost, /damaged/);
  const memory = memoryOf(numbered('0x07'));
  await numbers.save(memory);
  t.match(numbers.failure, /cannot be renamed/);
  rmSync(join(folder, 'list-numbers'));
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x07']);
  t.equal(numbers.failure, '');
  t.match(numbers.lost, /damaged/, 'it is lost for good');
});

test('an older file that is put back while the gateway runs lowers nothing', async (t) => {
  const folder = t.testdir({});
  const { numbers } = await openIn(t, folder);
  const memory = memoryOf(numbered('0x07'));
  await numbers.save(memory);
  writeFileSync(join(folder, 'list-numbers'), encodeListNumbers([numbered('0x04')]));
  await numbers.save(memory);
  t.same(numbersIn(folder), ['0x07']);
  t.same(readdirSync(folder), ['list-numbers']);
});

test('what is forgotten does not come back from the file', async (t) => {
  const folder = t.testdir({});
  const { numbers } = await openIn(t, folder);
  const memory = memoryOf(numbered('0x07'));
  await numbers.save(memory);
  await numbers.forget(memory, { bundle: 'devices', issuer: 'CN=CA' });
  await numbers.catchUp(memory);
  t.same(memory.rememberedLists(), []);
  t.ok(existsSync(join(folder, 'list-numbers')));
  t.same(numbersIn(folder), []);
});
