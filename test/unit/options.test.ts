import { test } from 'tap';
import { readArguments, readOptions } from '../../src/options.js';

const OPTIONS = { file: { type: 'string' }, quick: { type: 'boolean' } } as const;
const usage = (message: RegExp) => ({ name: 'GatewayError', code: 'usage', message });

test('options have values, and what stands beside them its order', async (t) => {
  const { values, positionals } = readArguments(['a', '--file', 'x', 'b', '--quick'], OPTIONS);
  t.same({ ...values }, { file: 'x', quick: true });
  t.same(positionals, ['a', 'b']);
  t.same({ ...readOptions(['--file=x'], OPTIONS) }, { file: 'x' });
});

test('what is wrong with a command line is said in one sentence', async (t) => {
  t.throws(() => readOptions(['--fil', 'x'], OPTIONS), usage(/^unknown option "--fil"$/));
  t.throws(() => readOptions(['--file'], OPTIONS), usage(/^[^.]*--file[^.]*argument missing$/));
  t.throws(() => readOptions(['--quick=yes'], OPTIONS), usage(/^[^.]*--quick[^.]*$/));
  t.throws(() => readOptions(['more'], OPTIONS), usage(/^unexpected argument "more"$/));
});
