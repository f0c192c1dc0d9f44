import { test } from 'tap';
import { writeReport } from '../../../src/config/report.js';
import { readSource } from '../../../src/config/source.js';
import { issue } from '../../../src/document/issue.js';
import { problem } from '../../../src/parsed.js';

const source = readSource('{\n  "a": "x",\n  "b": 2\n}');
const warning = issue('unused', '/a', problem('no route uses it', 'a route that does'), {
  severity: 'warning',
  mark: 'key',
});
const error = issue('bad-value', '/b', problem('2', '"x" or "y"', 'did you mean "x"?'));

test('the report is in the order of the file, warnings are marked, the last line counts', async (t) => {
  t.equal(
    writeReport([error, warning], { file: 'g.json', source, colour: false }),
    [
      'g.json:2:3  /a  (warning)',
      '  found     no route uses it',
      '  expected  a route that does',
      '',
      'g.json:3:8  /b',
      '  found     2',
      '  expected  "x" or "y"',
      '  fix       did you mean "x"?',
      '',
      'g.json: 1 error, 1 warning',
      '',
    ].join('\n'),
  );
});

test('colours are there only when asked for', async (t) => {
  const options = { file: 'g.json', source };
  t.notOk(writeReport([error], { ...options, colour: false }).includes('\u001b'));
  t.ok(writeReport([error], { ...options, colour: true }).includes('\u001b[31m2\u001b[0m'));
});

test('what a file holds cannot move the cursor of a terminal', async (t) => {
  const evil = issue('bad-value', '/\u001b[2J', problem('\u001b]0;x\u0007\u009b2J\u202e', 'x\r'));
  const text = writeReport([evil], { file: 'g\u001b.json', source, colour: false });
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('no issue, no report', async (t) => {
  t.equal(writeReport([], { file: 'g.json', source, colour: false }), '');
});
