// Owns the rule of who may read a clock: whatever decides is given the time. Part of check-layering.mjs.

import { stripComments } from './source-text.mjs';

// By name, by any clock's now() but the steady one's, and by time(), whose name is also that of members and variables.
const NATIVE_CLOCK = new RegExp(
  [
    String.raw`\b(?:UnixNow|gettimeofday|timespec_get|ftime|adjtimex|(?:SYS_|__NR_)?clock_(?:gettime|adjtime)\w*)\b`,
    String.raw`\b(?:CLOCK_REALTIME|CLOCK_TAI)\w*|\b(?:system|utc|tai|gps|file|high_resolution)_clock\b`,
    String.raw`\b(?!steady_clock\b)\w*[cC]lock\s*::\s*now\b`,
    String.raw`(?<![\w.>])time\s*\(\s*(?:nullptr|NULL|0|&)|\bstd::time\s*\(`,
  ].join('|'),
);

// Date is the clock but where it converts a time that it is given.
const SCRIPT_CLOCK =
  /\bDate\b(?!\.(?:parse|UTC)\()(?<!\bnew Date(?=\(\s*[^)\s]))|\btimeOrigin\b|\bTemporal\b|\bDateTimeFormat\b/;

/** PURE are the folders of native/ that have no clock at all, not even one that measures: time is an argument. */
const PURE = ['native/match/', 'native/policy/', 'native/trust/'];

/**
 * CLOCKS: where a system's clock may be read. All that decides is given the time, or the WallClock of its worker: with two
 * clocks in one process, a client is let in by one of them that the other keeps out. Paths that end in / are folders.
 */
const CLOCKS = [
  {
    what: "the system's clock",
    pattern: NATIVE_CLOCK,
    under: 'native/',
    places: [
      'native/base/clock.h', // which names it
      'native/base/seed.cc', // one number that differs
      'native/binding/wall_clock.cc', // which hands it to what decides
      'native/io/clock_sync.cc', // whether somebody vouches for it
      'native/io/wall_timer.', // it waits, and whoever it wakes looks at the clock
      'native/downstream/http1_stream.cc', // the Date field of answers
      'native/downstream/http2_stream.cc',
    ],
  },
  {
    what: 'the time of a line of the log',
    pattern: /\bLogStampNow\b/,
    under: 'native/',
    places: [
      'native/base/clock.h',
      'native/log/',
      'native/exchange/exchange.cc', // when a request came
      'native/downstream/http2_connection.cc',
      'native/downstream/tcp_tunnel.cc',
      'native/server/name_resolver.cc',
    ],
  },
  {
    what: "the system's clock",
    pattern: SCRIPT_CLOCK,
    under: 'src/',
    places: [
      'src/cli/', // the moment of the command is its question
      'src/demo/',
      'src/telemetry/log-writer.ts', // of lines
      'src/control/survival.ts', // how many lines a second
      'src/reload/', // when something was served, kept, told
    ],
  },
  ...PURE.map((under) => ({
    what: 'a clock that measures',
    pattern: /\bMonotonicNow\b|\bsteady_clock\b|\bCLOCK_(?:MONOTONIC|BOOTTIME)\w*/,
    under,
    places: [],
  })),
];

/** checkClock gives `{ line, message }` of every look at the clock in a file, by its path from the root, that has no place there. */
export function checkClock(path, text) {
  const banned = CLOCKS.filter(
    ({ under, places }) =>
      path.startsWith(under) && !places.some((place) => path.startsWith(place)),
  );
  if (banned.length === 0) return [];
  return stripComments(text)
    .split('\n')
    .flatMap((line, index) =>
      banned
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => ({
          line: index + 1,
          message: `${what} may not be read here: take the time, or a clock, as an argument`,
        })),
    );
}
