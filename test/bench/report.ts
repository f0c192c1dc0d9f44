/**
 * Owns the turning of samples into figures and of figures into a table. Pure.
 */
import type { Sample } from './measures/measure.js';

/** Series is all samples of one measure and one peer, in the order they were taken. */
export interface Series {
  readonly measure: string;
  readonly title: string;
  readonly unit: string;
  readonly peer: string;
  readonly samples: readonly Sample[];
}

export interface Figure {
  readonly measure: string;
  readonly peer: string;
  readonly unit: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** To the peer named: the median over the rounds of one sample divided by the other of that round. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** The peers that every figure is compared with. */
export const YARDSTICKS = ['nginx', 'haproxy', 'caddy', 'node-https'] as const;

/** median returns the middle value, or the mean of the two middle ones. `values` must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) {
    throw new RangeError('the median of nothing');
  }
  return (lower + upper) / 2;
}

// Both samples of a pair were taken within seconds, so that what slows the machine down for a while slows both.
/** pairedRatio is the median over the rounds of a sample of `own` divided by the one of `other` of that round. */
export function pairedRatio(own: Series, other: Series): number {
  return median(
    own.samples.map((sample, round) => {
      const beside = other.samples[round];
      if (beside === undefined) {
        throw new RangeError(`${other.peer} has no sample of round ${round + 1}`);
      }
      return sample.value / beside.value;
    }),
  );
}

/** detailSeries has, for values, what else was seen by that name; undefined: not with every sample. */
export function detailSeries(series: Series, name: string): Series | undefined {
  const samples = series.samples.flatMap((sample) => {
    const value = sample.details[name];
    return typeof value === 'number' ? [{ value, details: {} }] : [];
  });
  const isComplete = samples.length > 0 && samples.length === series.samples.length;
  return isComplete ? { ...series, samples } : undefined;
}

/** findSeries looks for the samples of one measure and peer. */
export function findSeries(
  all: readonly Series[],
  measure: string,
  peer: string,
): Series | undefined {
  return all.find((one) => one.measure === measure && one.peer === peer);
}

/** figures returns one Figure for each series. A ratio to a peer that did not run is left out. */
export function figures(all: readonly Series[]): readonly Figure[] {
  return all.map((series) => {
    const values = series.samples.map((sample) => sample.value);
    const ratios: Record<string, number> = {};
    for (const peer of YARDSTICKS) {
      const other = findSeries(all, series.measure, peer);
      if (other !== undefined) {
        ratios[peer] = pairedRatio(series, other);
      }
    }
    return Object.freeze({
      measure: series.measure,
      peer: series.peer,
      unit: series.unit,
      median: median(values),
      least: Math.min(...values),
      most: Math.max(...values),
      ratios: Object.freeze(ratios),
    });
  });
}

/** number writes a figure with the digits that tell something. */
export function number(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function medianDetail(series: Series, name: string, scale: number): string {
  const detail = detailSeries(series, name);
  return detail === undefined
    ? ''
    : number(median(detail.samples.map((sample) => sample.value)) * scale);
}

// The last columns of the table: what is beside the figure, for the measures that have it.
const DETAILS = [
  { head: 'per s', name: 'perSecond', scale: 1 },
  { head: 'core %', name: 'coreBusy', scale: 100 },
  { head: 'p50 µs', name: 'p50Us', scale: 1 },
  { head: 'p99 µs', name: 'p99Us', scale: 1 },
  { head: 'p99.9 µs', name: 'p999Us', scale: 1 },
] as const;

/** alignedTable writes rows as a Markdown table whose columns also line up as plain text. */
export function alignedTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  leftColumns: number,
): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column < leftColumns ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column < leftColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** table writes all figures, measure by measure. */
export function table(all: readonly Series[]): string {
  const head = ['measure', 'unit', 'peer', 'median', 'least', 'most'];
  const ratioHeads = YARDSTICKS.map((peer) => `÷ ${peer}`);
  const rows = figures(all).map((figure, index) => {
    const series = all[index];
    if (series === undefined) {
      throw new RangeError('a figure without its series');
    }
    const isFirst = all[index - 1]?.measure !== series.measure;
    return [
      isFirst ? series.title : '',
      isFirst ? series.unit : '',
      series.peer,
      ...[figure.median, figure.least, figure.most].map(number),
      ...YARDSTICKS.map((peer) => figure.ratios[peer]?.toFixed(2) ?? ''),
      ...DETAILS.map(({ name, scale }) => medianDetail(series, name, scale)),
    ];
  });
  return alignedTable([...head, ...ratioHeads, ...DETAILS.map((detail) => detail.head)], rows, 3);
}
