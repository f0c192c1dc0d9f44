/**
 * Owns the bounds that pinlatch is to stay within, and the list that says of each whether it does. Pure.
 */
import { CURVES } from './pki.js';
import { detailSeries, findSeries, median, number, pairedRatio, type Series } from './report.js';

const OWN = 'pinlatch';

type Figure = (all: readonly Series[]) => number | undefined;

interface Bound {
  /** Bounds of one number belong together. */
  readonly line: number;
  readonly what: string;
  readonly sign: '≤' | '<' | '≥';
  readonly limit: number;
  /** Left out: a ratio. */
  readonly unit?: string;
  /** undefined: what it needs was not measured. */
  readonly figure: Figure;
}

/** Verdict is a bound beside what was measured; `holds` is undefined when nothing was. */
export interface Verdict {
  readonly line: number;
  readonly text: string;
  readonly holds: boolean | undefined;
}

interface Of {
  readonly measure: string;
  readonly peer?: string;
  /** Not the figure itself but what was seen beside it. */
  readonly detail?: string;
}

function found(all: readonly Series[], of: Of): Series | undefined {
  const series = findSeries(all, of.measure, of.peer ?? OWN);
  return series === undefined || of.detail === undefined ? series : detailSeries(series, of.detail);
}

function quotient(own: Of, other: Of): Figure {
  return (all) => {
    const [above, below] = [found(all, own), found(all, other)];
    return above === undefined || below === undefined ? undefined : pairedRatio(above, below);
  };
}

function toPeer(peer: string, of: Of): Figure {
  return quotient(of, { ...of, peer });
}

function medianOf(of: Of): Figure {
  return (all) => {
    const series = found(all, of);
    return series === undefined ? undefined : median(series.samples.map((sample) => sample.value));
  };
}

function itself(measure: string): Figure {
  return medianOf({ measure });
}

function largestToSmallest(detail: Pick<Of, 'detail'>): Figure {
  const of = (size: number): Of => ({ measure: `growth-request-${size}`, ...detail });
  return quotient(of(10_000), of(10));
}

function atMost(
  line: number,
  what: string,
  limit: number,
  rest: Pick<Bound, 'figure' | 'unit'>,
): Bound {
  return { line, what, sign: '≤', limit, ...rest };
}

function below(line: number, what: string, limit: number, figure: Figure): Bound {
  return { line, what, sign: '<', limit, figure };
}

const HANDSHAKES: readonly Bound[] = [
  atMost(1, 'CPU of a full handshake, ECDSA P-256, to nginx', 0.65, {
    figure: toPeer('nginx', { measure: 'handshake-ecdsa' }),
  }),
  atMost(1, 'CPU of a full handshake, RSA-2048, to nginx', 1, {
    figure: toPeer('nginx', { measure: 'handshake-rsa' }),
  }),
];

const REQUESTS: readonly Bound[] = [
  atMost(2, 'CPU of a static request, to nginx', 0.8, {
    figure: toPeer('nginx', { measure: 'static-64' }),
  }),
  ...[
    { peer: 'nginx', limit: 0.8 },
    { peer: 'haproxy', limit: 0.8 },
    { peer: 'node-https', limit: 0.1 },
  ].map(({ peer, limit }) =>
    atMost(2, `CPU of a proxied request, to ${peer}`, limit, {
      figure: toPeer(peer, { measure: 'proxied-64' }),
    }),
  ),
  ...['static', 'proxied'].map((kind) =>
    atMost(2, `p99 of a ${kind} request at 64 connections, to nginx`, 1, {
      figure: toPeer('nginx', { measure: `${kind}-64`, detail: 'p99Us' }),
    }),
  ),
];

const MEMORY: readonly Bound[] = [
  { measure: 'idle-request', carried: 'one request' },
  { measure: 'idle-download', carried: 'a 1 MiB download' },
].flatMap(({ measure, carried }) => [
  atMost(3, `idle connection after ${carried}`, 12, { figure: itself(measure), unit: 'KiB' }),
  below(3, `idle connection after ${carried}, to nginx`, 0.5, toPeer('nginx', { measure })),
]);

const BULK_AND_START: readonly Bound[] = [
  ...['1m', '10m'].map((size) =>
    atMost(4, `CPU for a GiB in bodies of ${size === '1m' ? 1 : 10} MiB, to nginx`, 1, {
      figure: toPeer('nginx', { measure: `body-${size}` }),
    }),
  ),
  atMost(5, 'memory at rest, resident', 55, { figure: itself('rest-rss'), unit: 'MB' }),
  atMost(5, 'start to first answer', 250, { figure: itself('start'), unit: 'ms' }),
];

const GROWTH: readonly Bound[] = [
  atMost(6, 'CPU of a request, 10,000 routes and pins to 10', 1.1, {
    figure: largestToSmallest({}),
  }),
  {
    line: 6,
    what: 'requests a second, 10,000 routes and pins to 10',
    sign: '≥',
    limit: 0.9,
    figure: largestToSmallest({ detail: 'perSecond' }),
  },
];

const PORTABLE: readonly Bound[] = [
  below(
    7,
    'CPU of a proxied request, portable, to node-https',
    1,
    quotient(
      { measure: 'proxied-64', peer: 'pinlatch-portable' },
      { measure: 'proxied-64', peer: 'node-https' },
    ),
  ),
];

const HTTP2: readonly Bound[] = ['static', 'proxied'].map((kind) =>
  atMost(8, `CPU of a ${kind} request over HTTP/2, to nginx`, 0.9, {
    figure: toPeer('nginx', { measure: `h2-${kind}` }),
  }),
);

const FLOOD: readonly Bound[] = [
  { measure: 'flood-other', from: 'other addresses' },
  { measure: 'flood-own', from: 'the same address' },
].map(({ measure, from }) =>
  atMost(9, `p99 to be served, under a silent flood from ${from}`, 1000, {
    figure: itself(measure),
    unit: 'ms',
  }),
);

const STRANGERS: readonly Bound[] = [OWN, 'pinlatch-portable'].flatMap((peer) =>
  CURVES.flatMap((curve) => [
    atMost(10, `CPU of refusing 39 false certificates to one, ${peer}, ${curve}`, 3, {
      figure: medianOf({ measure: `refusal-${curve}`, peer, detail: 'toLeaf' }),
    }),
    atMost(
      10,
      `p99 while these take half a core, to twice that without and one check, ${peer}, ${curve}`,
      1,
      { figure: medianOf({ measure: `beside-strangers-${curve}`, peer, detail: 'toAllowed' }) },
    ),
  ]),
);

const BOUNDS = [
  ...[HANDSHAKES, REQUESTS, MEMORY, BULK_AND_START],
  ...[GROWTH, PORTABLE, HTTP2, FLOOD, STRANGERS],
].flat();

const HOLDS: Readonly<Record<Bound['sign'], (figure: number, limit: number) => boolean>> = {
  '≤': (figure, limit) => figure <= limit,
  '<': (figure, limit) => figure < limit,
  '≥': (figure, limit) => figure >= limit,
};

// Two decimals would make "1.00, does not hold" of 1.004.
function exact(figure: number): string {
  return figure < 10 ? figure.toFixed(3) : number(figure);
}

function judged(bound: Bound, all: readonly Series[]): Verdict {
  const { line, what, sign, limit } = bound;
  const unit = bound.unit === undefined ? '' : ` ${bound.unit}`;
  const figure = bound.figure(all);
  const measured = figure === undefined ? 'not measured' : `${exact(figure)}${unit}`;
  return {
    line,
    text: `${what}: ${measured} (bound ${sign} ${limit}${unit})`,
    holds: figure === undefined ? undefined : HOLDS[sign](figure, limit),
  };
}

/** judge says of each bound whether it holds in these samples. */
export function judge(all: readonly Series[]): readonly Verdict[] {
  return BOUNDS.map((bound) => judged(bound, all));
}

function word(holds: boolean | undefined): string {
  if (holds === undefined) {
    return 'not measured';
  }
  return holds ? 'holds' : 'does not hold';
}

/** checklist writes the verdicts, a line each. */
export function checklist(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ holds }) => word(holds).length));
  return verdicts
    .map(({ line, text, holds }) => `${line}  ${word(holds).padEnd(width)}  ${text}`)
    .join('\n');
}
