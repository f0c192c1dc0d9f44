import { test } from 'tap';
import { StateUpkeep } from '../../../src/reload/state-upkeep.js';

test('what is kept is written again once for each time that it is gone, and not while it is there', async (t) => {
  const answers = [true, false, false, true, false];
  const due: number[] = [];
  await new Promise<void>((resolve) => {
    // The upkeep keeps no process alive; this test waits for it.
    const alive = setInterval(() => undefined, 1000);
    let asked = 0;
    const upkeep: StateUpkeep = new StateUpkeep(
      async () => {
        const isWhole = answers[asked++];
        if (isWhole !== undefined) return isWhole;
        clearInterval(alive);
        upkeep.close();
        resolve();
        return false;
      },
      () => {
        if (upkeep.isDue()) due.push(asked);
        t.equal(upkeep.isDue(), false, 'once');
      },
      1,
    );
  });
  t.same(due, [2, 5]);
});
