import t from 'tap';
import { countSystemCalls } from '../../../bench/instructions/trace.js';

const CALLS = `SYSCALL[7,2](45) sys_recvfrom ( 11, 0x4, 20480, 0, 0x0, 0x0 ) --> [async] ...
SYSCALL[7,1](230) sys_clock_nanosleep( 0, 0, 0x3, 0x0 ) --> [async] ...
SYSCALL[7,2](45) ... [async] --> Success(0x55)
SYSCALL[7,2](233) sys_epoll_ctl ( 5, 2, 11, 0x0 )[sync] --> Success(0x0)
SYSCALL[7,2](  3) sys_close ( 11 )[sync] --> Success(0x0)
SYSCALL[7,2](281) sys_epoll_pwait ( 7, 0x4, 256, -1, 0x0, 8 ) --> [async] ...
SYSCALL[7,1](7) sys_poll ( 0x1, 1, 0 )
 --> [async] ...
`;

t.test('a call counts once, in the profile that it is in, for the thread that waits', async (t) => {
  const trace = `${CALLS}**7** profile begins: first x 4
${CALLS}${CALLS}**7** profile ends
${CALLS}**7** profile begins: second x 4
${CALLS}**7** profile ends
`;
  t.same(
    [...countSystemCalls(trace)],
    [
      ['first x 4', 8],
      ['second x 4', 4],
    ],
  );
});

t.test('a profile without a worker is refused', async (t) => {
  const trace = '**7** profile begins: first x 4\n**7** profile ends\n';
  t.throws(() => countSystemCalls(trace), /nobody waits/);
});
