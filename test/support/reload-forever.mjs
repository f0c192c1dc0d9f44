/**
 * Owns a gateway that reloads without end, for tests that kill it: from a.json to b.json and back, each put in the place of
 * gateway.json by a rename. It prints one line when it serves. usage: node reload-forever.mjs (in the gateway's folder)
 */
import { copyFileSync, renameSync } from 'node:fs';
import { RunningGateway } from '../../build/js/reload/running-gateway.js';
import { FileSource } from '../../build/js/sources/file-source.js';
import { LastGood } from '../../build/js/state/last-good.js';

const nothing = () => undefined;
const gateway = await RunningGateway.start({
  source: new FileSource('gateway.json'),
  log: { control: nothing, attach: nothing, detach: nothing },
  service: { ready: nothing, reloading: nothing, stopping: nothing, close: nothing },
  lastGood: new LastGood('state'),
});
const { origin } = gateway.served;
process.stdout.write(`${JSON.stringify({ port: gateway.listeners[0].port, origin })}\n`);

// The parent looks at what serves first; then it says go.
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdout.write('reloading\n');
for (let count = 0; ; count++) {
  copyFileSync(count % 2 === 0 ? 'a.json' : 'b.json', 'next.json');
  renameSync('next.json', 'gateway.json');
  const { ok, reason } = await gateway.reload('signal');
  if (!ok) throw new Error(reason);
}
