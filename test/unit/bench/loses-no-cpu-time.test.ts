import t from 'tap';
import { cpuBetween, parseCpuList, readCpu } from '../../bench/cpu.js';

t.test('the time of all threads is summed, of new ones from their start', async (t) => {
  const before = new Map([
    ['1/1', 5_000],
    ['1/2', 1_000],
  ]);
  const after = new Map([
    ['1/1', 9_000],
    ['1/2', 2_000],
    ['1/3', 500],
  ]);
  t.equal(cpuBetween(before, after), 5.5);
});

t.test('a thread that ended in between is an error, for its time is lost', async (t) => {
  t.throws(() => cpuBetween(new Map([['1/1', 1]]), new Map()), /1\/1/);
});

t.test('work of this process shows up in its reading', async (t) => {
  const before = readCpu(process.pid);
  const end = process.cpuUsage().user + 50_000;
  while (process.cpuUsage().user < end);
  t.ok(cpuBetween(before, readCpu(process.pid)) > 25_000);
});

t.test("the kernel's lists of CPUs are understood", async (t) => {
  t.same(parseCpuList('0-2,5\n'), [0, 1, 2, 5]);
  t.same(parseCpuList('3'), [3]);
});
