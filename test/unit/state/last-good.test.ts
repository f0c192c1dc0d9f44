import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { IN_PLACE } from '../../../src/config/material.js';
import { recoveredCandidate } from '../../../src/reload/candidate.js';
import { compileFile } from '../../../src/snapshot/compile-file.js';
import { filesNamedBy } from '../../../src/snapshot/public-files.js';
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
  t.throws(() => decodeKept(other), { message: /the form pinlatch-last-good\/3/ });
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
  t.equal(pair.key, original?.key);
  t.equal(original?.key, join(kept.config, '..', 'certs', 'server.key'));
  t.ok(pair.chain.path.startsWith(`${state}/unpacked-`));
  t.same(readFileSync(pair.chain.path), readFileSync(original?.chain.path ?? ''));
  t.equal(statSync(join(pair.chain.path, '..')).mode & 0o777, 0o700);
  const [lists] = document.trust[0].revocation.files;
  t.same(
    readdirSync(lists).map((name) => readFileSync(join(lists, name), 'utf8')),
    ['list a.crl', 'list b.crl'],
  );
  await recovered.dispose();
  t.notOk(existsSync(lists));
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
