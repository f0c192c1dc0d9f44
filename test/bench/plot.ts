/**
 * Owns the picture of a run: every figure's ratio to nginx, and the growth curves under it. Pure; an SVG that follows the
 * reader's light or dark colours.
 */
import { growthPanels, PANEL_HEIGHT } from './plot-growth.js';
import { marker, PEER_STYLES, STYLE } from './plot-style.js';
import { detailSeries, number, pairedRatio, type Series } from './report.js';
import { element, escaped, label, logScale, powersOfTwo, type Scale } from './svg.js';

const WIDTH = 960;
const MARGIN = 24;
const LABELS = 340;
const VALUES = 80;
const ROW = 24;
const HEADER = 96;
const LEGEND = 58;
const LEGEND_GAP = 40;
// About as wide as a character of the labels is.
const CHARACTER = 7.5;
const YARDSTICK = 'nginx';
const OWN = 'pinlatch';
// The scale always shows at least from half to twice nginx.
const LEAST_SPAN = [0.5, 2];

/** Row is one measure with the ratio to nginx of every other peer. */
export interface Row {
  readonly title: string;
  readonly ratios: readonly { readonly peer: string; readonly ratio: number }[];
}

function rowOf(title: string, all: readonly Series[]): Row {
  const yardstick = all.find((series) => series.peer === YARDSTICK);
  const others = all.filter((series) => series.peer !== YARDSTICK);
  return {
    title,
    ratios:
      yardstick === undefined
        ? []
        : others.map((series) => ({ peer: series.peer, ratio: pairedRatio(series, yardstick) })),
  };
}

/** ratioRows makes the rows of the picture: one a measure, one more for p99 where there are latencies. */
export function ratioRows(all: readonly Series[]): readonly Row[] {
  const names = [...new Set(all.map((series) => series.measure))];
  return names
    .filter((name) => !name.startsWith('growth-'))
    .flatMap((name) => {
      const own = all.filter((series) => series.measure === name);
      const title = own[0]?.title ?? name;
      const p99 = own.flatMap((series) => detailSeries(series, 'p99Us') ?? []);
      const isRequest = /^(static|proxied)-/.test(name);
      return [
        rowOf(`${title}: ${own[0]?.unit ?? ''}`, own),
        ...(isRequest ? [rowOf(`${title}: p99`, p99)] : []),
      ];
    })
    .filter((row) => row.ratios.length > 0);
}

function place(row: number): number {
  return HEADER + ROW * (row + 0.5);
}

function drawRow(row: Row, index: number, x: Scale): readonly string[] {
  const y = place(index);
  const own = row.ratios.find(({ peer }) => peer === OWN);
  // Drawn last, pinlatch lies on top.
  const inOrder = [...row.ratios].sort((a, b) => Number(a.peer === OWN) - Number(b.peer === OWN));
  return [
    label(MARGIN + LABELS - 12, y + 4, row.title, { 'text-anchor': 'end' }),
    ...inOrder.map(({ peer, ratio }) => marker(peer, x(ratio), y)),
    ...(own === undefined
      ? []
      : [
          label(WIDTH - MARGIN, y + 4, `${number(own.ratio)}×`, {
            'text-anchor': 'end',
            class: `${OWN} value`,
          }),
        ]),
  ];
}

function fraction(ratio: number): string {
  return ratio < 1 ? `1/${1 / ratio}` : String(ratio);
}

function grid(ticks: readonly number[], rows: number, x: Scale): readonly string[] {
  return ticks.flatMap((tick) => [
    element('line', {
      x1: x(tick),
      x2: x(tick),
      y1: HEADER,
      y2: HEADER + rows * ROW,
      class: tick === 1 ? 'yardstick' : 'grid',
    }),
    label(x(tick), HEADER - 8, tick === 1 ? YARDSTICK : `${fraction(tick)}×`, {
      'text-anchor': 'middle',
      class: tick === 1 ? '' : 'quiet',
    }),
  ]);
}

function drawRatios(rows: readonly Row[]): readonly string[] {
  const all = rows.flatMap((row) => row.ratios.map(({ ratio }) => ratio)).filter((one) => one > 0);
  const ticks = powersOfTwo([...all, ...LEAST_SPAN]);
  const x = logScale(
    { from: Math.min(...ticks), to: Math.max(...ticks) },
    { from: MARGIN + LABELS + 10, to: WIDTH - MARGIN - VALUES },
  );
  return [
    label(WIDTH - MARGIN, HEADER - 8, OWN, { 'text-anchor': 'end', class: `${OWN} value` }),
    ...grid(ticks, rows.length, x),
    ...rows.flatMap((row, index) => drawRow(row, index, x)),
  ];
}

function legend(peers: readonly string[]): readonly string[] {
  const shown = Object.keys(PEER_STYLES).filter((peer) => peers.includes(peer));
  let x = MARGIN + 8;
  return shown.flatMap((peer) => {
    const drawn = [marker(peer, x, LEGEND), label(x + 12, LEGEND + 4, peer)];
    x += LEGEND_GAP + peer.length * CHARACTER;
    return drawn;
  });
}

/** drawPlot returns the whole picture as SVG text. */
export function drawPlot(all: readonly Series[], caption: string): string {
  const rows = ratioRows(all);
  const top = HEADER + rows.length * ROW + 32;
  const height = top + PANEL_HEIGHT + 48;
  const title = 'pinlatch beside others: cost, as a multiple of nginx (further left is better)';
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${WIDTH} ${height}`,
    width: WIDTH,
    height,
    role: 'img',
  };
  const peers = [...new Set(all.map((series) => series.peer))];
  return `${element('svg', root, [
    element('title', {}, [escaped(title)]),
    element('style', {}, [STYLE]),
    element('rect', { width: WIDTH, height, rx: 8, class: 'ground' }),
    label(MARGIN, 32, title, { class: 'title' }),
    ...legend(peers),
    ...drawRatios(rows),
    ...growthPanels(all, { left: MARGIN, right: WIDTH - MARGIN, top }),
    label(MARGIN, height - 14, caption, { class: 'quiet' }),
  ])}\n`;
}
