import t from 'tap';
import { parseSettings } from '../../bench/settings.js';

t.test('without options it is the full run', async (t) => {
  t.match(parseSettings([]), {
    quick: false,
    rounds: 3,
    connections: [1, 64, 512],
    mostConnections: 512,
    windowMs: 1000,
    idleConnections: 5000,
    growthSizes: [10, 100, 1000, 10_000],
    tls: '1.3',
  });
});

t.test('--quick is one short round', async (t) => {
  t.match(parseSettings(['--quick']), { quick: true, rounds: 1, windowMs: 300 });
});

t.test('--help asks for help', async (t) => {
  t.equal(parseSettings(['--help']), undefined);
});

for (const args of [
  ['--rounds', '0'],
  ['--rounds', '1.5'],
  ['--rounds', ''],
  ['--window', 'long'],
  ['--tls', '1.1'],
  ['--group', 'toString'],
  ['--idle', '-5'],
  ['--connections', '64,'],
  ['--connections', '8,8'],
  ['--connections', '1001'],
  ['--fast'],
  ['nginx'],
]) {
  t.test(`${args.join(' ')} is refused`, async (t) => {
    t.throws(() => parseSettings(args), { code: 'usage' });
  });
}
