/**
 * Owns the growth curves in the picture: what a request and a connection cost as routes and pins become many. Pure.
 */
import { marker } from './plot-style.js';
import { median, type Series } from './report.js';
import {
  element,
  label,
  linearScale,
  logScale,
  type Range,
  roundTicks,
  type Scale,
} from './svg.js';

/** The height of the panels, with their titles and axes. */
export const PANEL_HEIGHT = 230;

const HEAD = 40;
const FOOT = 44;
const AXIS = 48;
const GAP = 40;

const PANELS = [
  { prefix: 'growth-request-', title: 'CPU µs of a static request' },
  { prefix: 'growth-connection-', title: 'CPU µs of a connection with one request' },
] as const;

interface Point {
  readonly size: number;
  readonly value: number;
}

/** Curve is what one peer costs by the number of routes and pins. */
export interface Curve {
  readonly peer: string;
  readonly points: readonly Point[];
}

/** growthCurves gathers the measures whose names are `prefix` and a number. */
export function growthCurves(all: readonly Series[], prefix: string): readonly Curve[] {
  const own = all.filter((series) => series.measure.startsWith(prefix));
  return [...new Set(own.map((series) => series.peer))].map((peer) => ({
    peer,
    points: own
      .filter((series) => series.peer === peer)
      .map((series) => ({
        size: Number(series.measure.slice(prefix.length)),
        value: median(series.samples.map((sample) => sample.value)),
      }))
      .sort((a, b) => a.size - b.size),
  }));
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly area: { readonly x: Range; readonly y: Range };
}

function axes(
  area: Axes['area'],
  figures: { readonly sizes: readonly number[]; readonly ticks: readonly number[] },
): readonly [Axes, readonly string[]] {
  const { sizes, ticks } = figures;
  const x = logScale(
    { from: Math.min(...sizes), to: Math.max(...sizes, 2 * Math.min(...sizes)) },
    area.x,
  );
  const y = linearScale({ from: 0, to: Math.max(...ticks) }, area.y);
  const horizontal = ticks.flatMap((tick) => [
    element('line', { x1: area.x.from, x2: area.x.to, y1: y(tick), y2: y(tick), class: 'grid' }),
    label(area.x.from - 8, y(tick) + 4, String(tick), { 'text-anchor': 'end', class: 'quiet' }),
  ]);
  const vertical = sizes.map((size) =>
    label(x(size), area.y.from + 18, size.toLocaleString('en'), {
      'text-anchor': 'middle',
      class: 'quiet',
    }),
  );
  return [{ x, y, area }, [...horizontal, ...vertical]];
}

function drawCurve({ peer, points }: Curve, { x, y }: Axes): readonly string[] {
  const places = points.map(({ size, value }) => `${x(size).toFixed(1)},${y(value).toFixed(1)}`);
  return [
    element('polyline', { points: places.join(' '), class: `${peer} curve` }),
    ...points.map(({ size, value }) => marker(peer, x(size), y(value))),
  ];
}

function drawPanel(curves: readonly Curve[], title: string, area: Axes['area']): readonly string[] {
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) {
    return [];
  }
  const sizes = [...new Set(points.map((point) => point.size))];
  const ticks = roundTicks(Math.max(...points.map((point) => point.value)));
  const [scales, drawn] = axes(area, { sizes, ticks });
  return [
    label(area.x.from - AXIS, area.y.to - 18, title, { class: 'title' }),
    label((area.x.from + area.x.to) / 2, area.y.from + 36, 'routes and pins', {
      'text-anchor': 'middle',
      class: 'quiet',
    }),
    ...drawn,
    ...curves.flatMap((curve) => drawCurve(curve, scales)),
  ];
}

/** growthPanels draws both panels, side by side. */
export function growthPanels(
  all: readonly Series[],
  place: { readonly left: number; readonly right: number; readonly top: number },
): readonly string[] {
  const width = (place.right - place.left - GAP) / PANELS.length;
  return PANELS.flatMap(({ prefix, title }, index) => {
    const left = place.left + index * (width + GAP);
    const area = {
      x: { from: left + AXIS, to: left + width - GAP / 2 },
      y: { from: place.top + PANEL_HEIGHT - FOOT, to: place.top + HEAD },
    };
    return drawPanel(growthCurves(all, prefix), title, area);
  });
}
