import { test } from 'tap';
import { NO_DESCRIPTOR } from '../../../src/config/material.js';
import { GatewayError } from '../../../src/gateway-error.js';
import { ShortageRetry } from '../../../src/reload/shortage-retry.js';

const shortage = new GatewayError('file-unreadable', `"gateway.json": ${NO_DESCRIPTOR}`);

test('a reload for which no descriptor was left is tried again, whatever its files look like', async (t) => {
  const retry = await new Promise<ShortageRetry>((resolve) => {
    const made: ShortageRetry = new ShortageRetry(() => resolve(made), 1);
    // The timer keeps no process alive; this test waits for it.
    const alive = setInterval(() => undefined, 1000);
    t.teardown(() => clearInterval(alive));
    t.equal(made.isDue(), false);
    made.after(shortage);
  });
  t.equal(retry.isDue(), true);
  t.equal(retry.isDue(), false, 'once');
});

test('what failed for another reason, or succeeded since, is not', async (t) => {
  const retry = new ShortageRetry(() => t.fail('tried again'), 1);
  retry.after(new GatewayError('file-unreadable', '"gateway.json": no such file'));
  retry.after(shortage);
  retry.reset();
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(retry.isDue(), false);
});
