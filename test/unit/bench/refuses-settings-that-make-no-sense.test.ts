import t from 'tap';
import { parseSettings } from '../../bench/settings.js';

t.test('without options it is the full run', async (t) => {
  t.match(parseSettings([]), {
    quick: false,
    rounds: 5,
    connections: 64,
    windowMs: 2000,
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
  ['--fast'],
  ['nginx'],
]) {
  t.test(`${args.join(' ')} is refused`, async (t) => {
    t.throws(() => parseSettings(args), { name: 'UsageError' });
  });
}
