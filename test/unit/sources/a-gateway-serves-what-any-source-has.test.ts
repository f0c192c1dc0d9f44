/**
 * Serves from a source that is no file, through the start and the reloads that a file goes through.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { RunningGateway } from '../../../src/reload/running-gateway.js';
import { ServiceManager } from '../../../src/reload/service-manager.js';
import { LastGood } from '../../../src/state/last-good.js';
import { call } from '../../support/client.js';
import { makeCredentials, makeFolder, usualConfig } from '../../support/gateway.js';
import { memoryLog } from '../../support/memory-log.js';
import { type Archive, MemorySource } from '../../support/memory-source.js';

const credentials = makeCredentials();
const FILES = { 'ca.crt': credentials.authority.pem, 'server.crt': credentials.server.pem };

/** setUp makes a folder for the source and the state; the key is this machine's own: it is in no archive. */
function setUp(t: Test) {
  const folder = makeFolder();
  for (const name of ['unpacked', 'state']) mkdirSync(join(folder, name), { mode: 0o700 });
  const key = join(folder, 'own.key');
  writeFileSync(key, credentials.server.keyPem, { mode: 0o600 });
  const archive = (version: string, hello: string, settings = {}): Archive => {
    const config = JSON.stringify({
      ...usualConfig(credentials),
      routes: [
        { name: 'hello', match: { path: '/' }, allow: ['client'], respond: { text: hello } },
      ],
      drainTimeout: '50ms',
      ...settings,
    });
    return { version, text: config.replace('"server.key"', JSON.stringify(key)), files: FILES };
  };
  const unpacked = join(folder, 'unpacked');
  const lastGood = () => new LastGood(join(folder, 'state'));
  // Nothing else keeps this process awake while it waits for the log.
  const awake = setInterval(() => undefined, 1000);
  t.teardown(() => clearInterval(awake));
  return { key, unpacked, archive, lastGood };
}

async function start(t: Test, source: MemorySource, lastGood: LastGood) {
  const { log, text, contains } = memoryLog();
  const service = new ServiceManager({ environment: {}, onFailed: () => undefined });
  const gateway = await RunningGateway.start({ source, log, service, lastGood });
  t.teardown(async () => {
    await gateway.stop();
    service.close();
  });
  const { authority, client } = credentials;
  const port = gateway.listeners[0]?.port ?? 0;
  const hello = async () => (await call({ port, authority, client, path: '/' })).body;
  return { gateway, hello, text, contains };
}

test('each version is served, kept, and told of by its name', async (t) => {
  const { key, unpacked, archive, lastGood } = setUp(t);
  const source = new MemorySource(unpacked, archive('7', 'seven'));
  const { gateway, hello, text, contains } = await start(t, source, lastGood());
  t.equal(await hello(), 'seven');
  t.match(text(), /"event":"serving".*"version":"7"/);
  t.equal(gateway.configPath, source.file);
  t.ok(source.followed?.includes(key), 'a file that is none of the archive’s is watched');

  source.publish(archive('8', 'eight'));
  await contains('"version":"8"');
  t.equal(await hello(), 'eight');

  source.publish({ ...archive('9', 'nine'), files: { 'server.crt': FILES['server.crt'] } });
  await contains('"event":"reload-failed"');
  t.match(gateway.lastOutcome, { ok: false, reason: /\/nowhere\/archive\/ca\.crt/ });
  t.equal(await hello(), 'eight', 'an archive that lacks a file changes nothing');

  source.publish(archive('10', 'ten'));
  await contains('"version":"10"');
  t.equal(await hello(), 'ten');
  await gateway.reload('change'); // its turn comes when all of the last one is done
  const kept = await lastGood().read();
  t.match(kept, { config: source.file, text: /"ten"/ });
  t.ok(kept?.contents.some(({ path }) => path === '/nowhere/archive/ca.crt'));
});

test('what is as it was is no reload, and a source without watch rests', async (t) => {
  const { unpacked, archive, lastGood } = setUp(t);
  const source = new MemorySource(unpacked, archive('1', 'one', { watch: false }));
  const { gateway } = await start(t, source, lastGood());
  t.equal(source.followed, undefined);
  await gateway.reload('change');
  t.equal(gateway.generation, 1);
  source.publish(archive('1', 'one'));
  const outcome = await gateway.reload('command');
  t.match(outcome, { ok: true, generation: 2 });
  t.ok(source.followed);
});

test('a start without anything to be had serves the last good version', async (t) => {
  const { unpacked, archive, lastGood } = setUp(t);
  const good = new MemorySource(unpacked, archive('1', 'one'));
  const first = await start(t, good, lastGood());
  await first.contains('"event":"last-good-kept"');
  await first.gateway.stop();
  good.close();

  const source = new MemorySource(unpacked, { version: '2', files: {} });
  const { hello, contains } = await start(t, source, lastGood());
  await contains('"event":"serving-last-good"');
  t.equal(await hello(), 'one');
  source.publish(archive('3', 'three'));
  await contains('"version":"3"');
  t.equal(await hello(), 'three');
});

test('closing a source gives up what it had unpacked; a gateway leaves that to its owner', async (t) => {
  const { unpacked, archive, lastGood } = setUp(t);
  const source = new MemorySource(unpacked, archive('1', 'one'));
  const { gateway } = await start(t, source, lastGood());
  await gateway.stop();
  t.equal(source.isClosed, false);
  source.close();
  t.same(readdirSync(unpacked), []);
});
