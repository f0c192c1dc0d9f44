import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import {
  type Config,
  runPinlatch,
  startGateway,
  type TestGateway,
  usualConfig,
} from '../support/gateway.js';
import { adminConfig } from '../support/reloads.js';

async function command({ folder }: Pick<TestGateway, 'folder'>, ...args: readonly string[]) {
  const program = runPinlatch(args, { cwd: folder });
  const { code } = await program.exited;
  return { code, out: program.output.text.join('\n'), err: program.errors.text.join('\n') };
}

// Only what is asked for is loaded: the watcher is not in the way.
const FIRST = { workers: 2, crypto: { provider: 'host' }, watch: false };

async function started(t: Test, more: Config = {}): Promise<TestGateway> {
  const config = (credentials: TestGateway['credentials']) => ({
    ...adminConfig(credentials),
    ...FIRST,
    ...more,
  });
  const gateway = await startGateway({ config });
  t.teardown(() => gateway.stop());
  await gateway.log.event('admin-listening');
  return gateway;
}

function change(gateway: TestGateway, more: Config): void {
  gateway.writeConfig({ ...adminConfig(gateway.credentials), ...FIRST, ...more });
}

test('the number of workers is said to count at the next start: by check, diff, reload and status', async (t) => {
  const gateway = await started(t);
  const old = join(gateway.folder, 'old.json');
  writeFileSync(old, JSON.stringify({ ...adminConfig(gateway.credentials), ...FIRST }));
  change(gateway, { workers: 1 });
  const waits = 'workers 1 at the next start; the running gateway was started with 2';
  const checked = await command(gateway, 'check');
  t.match(checked, { code: 0, out: `gateway.json: ${waits}` });
  const told = 'workers changed: 2 → 1 at the next start';
  t.match(await command(gateway, 'diff', old, 'gateway.json'), { code: 1, out: told });
  t.match(await command(gateway, 'reload'), { code: 0, out: told });
  t.match((await command(gateway, 'status')).out, new RegExp(`^next start +${waits}$`, 'm'));
  t.match((await command(gateway, 'check')).out, waits, 'a reload does not make it so');

  change(gateway, {});
  t.notMatch((await command(gateway, 'check')).out, 'next start');
  const back = await command(gateway, 'reload');
  t.match(back, { code: 0, out: 'workers changed: 1 → 2, as at the start of the process' });
  t.notMatch((await command(gateway, 'status')).out, 'next start');
});

test('check says nothing of a gateway that runs with another file', async (t) => {
  const gateway = await started(t);
  const other = { ...adminConfig(gateway.credentials), ...FIRST, workers: 1 };
  writeFileSync(join(gateway.folder, 'other.json'), JSON.stringify(other));
  const checked = await command(gateway, 'check', 'other.json');
  t.match(checked, { code: 0, out: 'other.json: fine' });
  t.notMatch(checked.out, 'next start');
});

test('a socket that moves is said to count at the next start', async (t) => {
  const gateway = await started(t);
  change(gateway, { admin: { socket: 'other.sock' } });
  const { code, out } = await command(gateway, 'reload', '--socket', 'admin.sock');
  t.match({ code, out }, { code: 0, out: /admin\.socket changed: .* at the next start$/m });
});

test('another library is found, the one in use is expected, and the fix says that it counts at the next start', async (t) => {
  const gateway = await started(t);
  const old = join(gateway.folder, 'old.json');
  writeFileSync(old, JSON.stringify({ ...adminConfig(gateway.credentials), ...FIRST }));
  change(gateway, { crypto: { provider: 'portable' } });
  const differs = await command(gateway, 'diff', old, 'gateway.json');
  t.match(
    differs.out,
    /^crypto\.provider changed: "host" → "portable" at the next start; .*refuses/m,
  );
  const checked = await command(gateway, 'check');
  t.match(checked.out, /crypto\.provider "portable" at the next start; .* it refuses to reload/);
  const refused = await command(gateway, 'reload');
  t.equal(refused.code, 1);
  t.match(refused.err, /^ {2}found {5}"portable"$/m);
  t.match(
    refused.err,
    /^ {2}expected {2}"host", which this process uses until it ends, or "auto"$/m,
  );
  t.match(refused.err, /^ {2}fix {7}restart the gateway: "portable" counts at the next start\./m);
});

test('a listener that moves needs no start, and nothing says that it does', async (t) => {
  const gateway = await started(t);
  const { listeners, ...rest } = usualConfig(gateway.credentials) as { listeners: Config };
  const moved = { edge: { ...(listeners.edge as Config), bind: '127.0.0.2:0' } };
  change(gateway, { ...rest, listeners: moved });
  const { code, out } = await command(gateway, 'reload');
  t.match({ code, out }, { code: 0, out: /bind "127\.0\.0\.1:0" → "127\.0\.0\.2:0"$/m });
});

test('a reload that comes after the watcher says what the watcher has loaded', async (t) => {
  const gateway = await started(t, { watch: true });
  const changed = { ...adminConfig(gateway.credentials), ...FIRST, watch: true, via: false };
  gateway.writeConfig(changed);
  await gateway.log.event('reloaded');
  const { code, out } = await command(gateway, 'reload');
  t.match(
    { code, out },
    {
      code: 0,
      out: /nothing changed since generation 2, loaded at .* because the files had changed:\n {4}via changed: true → false$/,
    },
  );
  const { earlier } = JSON.parse((await command(gateway, 'reload', '--json')).out);
  t.match(earlier, { generation: 2, changes: ['via changed: true → false'] });

  gateway.writeConfig({ ...changed, watch: false });
  await gateway.log.find(
    ({ event, changes }) => event === 'reloaded' && /watch/.test(`${changes}`),
  );
  gateway.writeConfig({ ...changed, watch: false, via: true });
  t.match((await command(gateway, 'reload')).out, /\n {2}via changed: false → true$/);
  t.match(
    (await command(gateway, 'reload')).out,
    /\n {2}nothing changed$/,
    'what was asked for was told',
  );
});
