import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { checkSnapshot } from '../../../src/engine/native.js';

const BUILT = fileURLToPath(new URL('../../../build/Release/pinlatch.node', import.meta.url));

t.test('PINLATCH_ADDON chooses the addon, and is not passed over when it is wrong', async (t) => {
  process.env.PINLATCH_ADDON = join(t.testdir(), 'nowhere.node');
  t.throws(() => checkSnapshot('{}'), {
    code: 'addon-missing',
    message: /PINLATCH_ADDON names no file: .*nowhere\.node/,
  });

  process.env.PINLATCH_ADDON = join(t.testdir({ 'other.node': 'not an addon' }), 'other.node');
  t.throws(() => checkSnapshot('{}'), { code: 'addon-unusable' });

  copyFileSync(BUILT, process.env.PINLATCH_ADDON);
  t.ok(checkSnapshot('{}').length > 0, 'it is loaded');
});
