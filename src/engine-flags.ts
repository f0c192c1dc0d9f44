/**
 * Owns the flags of V8 that keep this program small. They come and go with V8, which prints three lines of error for a flag that it
 * does not know: each set is for the versions in which it was tried, and any other V8 runs as it comes.
 */
import { setFlagsFromString } from 'node:v8';

interface FlagSet {
  /** As [major, minor]; both included. */
  readonly from: Version;
  readonly to: Version;
  readonly flags: readonly string[];
}

type Version = readonly [major: number, minor: number];

// Young objects keep to their first pages: of 10,000 routes the peak is a tenth lower, at no cost in time.
const FEW_PAGES = '--semi-space-growth-factor=1';

// No machine code in a hurry: what runs at start keeps 0.9 MB less resident, and 10,000 routes take a twelfth longer to check.
const NO_BASELINE = '--no-sparkplug';

// Node's own module loader is hot enough for V8 to call in its optimizing compilers at start, which makes 3 to 6 MB of the node
// executable resident and never pays. What runs fifteen times as long, such as 10,000 routes, is optimized as ever.
const SETS: readonly FlagSet[] = [
  {
    from: [11, 3], // Node 20
    to: [11, 3],
    flags: [
      '--max-bytecode-size-for-early-opt=0',
      '--interrupt-budget=1000000',
      // What a function learns of its arguments is remembered once it runs often.
      '--interrupt-budget-factor-for-feedback-allocation=64',
      FEW_PAGES,
      NO_BASELINE,
    ],
  },
  {
    from: [12, 4], // Node 22 to 26
    to: [14, 6],
    flags: [
      '--invocation-count-for-turbofan=45000',
      '--invocation-count-for-maglev=6000',
      FEW_PAGES,
      NO_BASELINE,
    ],
  },
];

const isAtMost = ([major, minor]: Version, [mostMajor, mostMinor]: Version): boolean =>
  major < mostMajor || (major === mostMajor && minor <= mostMinor);

/** engineFlags are the flags for a version of V8, such as "11.3.244.8-node.38"; none for one that nobody tried. */
export function engineFlags(v8: string): readonly string[] {
  const [major = 0, minor = 0] = v8.split('.').map(Number);
  const version: Version = [major, minor];
  return SETS.filter(({ from, to }) => isAtMost(from, version) && isAtMost(version, to)).flatMap(
    ({ flags }) => flags,
  );
}

/** setEngineFlags sets them for this process. */
export function setEngineFlags(): void {
  for (const flag of engineFlags(process.versions.v8)) setFlagsFromString(flag);
}
