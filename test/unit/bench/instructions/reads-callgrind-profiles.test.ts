import t from 'tap';
import { readProfile } from '../../../bench/instructions/profile.js';

/** A profile as callgrind writes it: names whole at first, numbers afterwards, inclusive cost behind each call. */
function profile(total: number): string {
  return `# callgrind format
version: 1
desc: Trigger: Client Request: static request x 4
positions: line
events: Ir
summary: ${total}

ob=(1) /build/instructions
fl=(1) ???
fn=(1) Serve()
0 100
cob=(2) /usr/lib/libc.so.6
cfi=(1)
cfn=(2) malloc
calls=3 0
0 900
cfn=(3) operator new(unsigned long)
calls=2 0
0 50
cob=(3) /usr/lib/libcrypto.so.3
cfn=(4) EVP_Update
calls=1 0
0 4000

ob=(2)
fn=(2)
0 40
+1 5
cfn=(5) malloc_consolidate
calls=7 0
0 1

ob=(3)
fn=(4)
0 1000
cob=(2)
cfn=(2)
calls=4 0
0 30

ob=(4) ???
fn=(6) 0x4e19d10
0 7

totals: ${total}
`;
}

t.test('self cost counts by object, and calls of allocators as allocations', async (t) => {
  t.same(readProfile(profile(1152)), {
    name: 'static request x 4',
    ours: 145,
    libcrypto: 1007,
    allocations: 7,
  });
});

t.test('a profile whose lines do not add up is refused', async (t) => {
  t.throws(() => readProfile(profile(1153)), /its lines have 1152 of 1153 instructions/);
});

t.test('what callgrind writes at the end of the program is no profile', async (t) => {
  t.equal(readProfile('desc: Trigger: Program termination\ntotals: 0\n'), undefined);
});
