/**
 * Owns how peers look in the picture: a colour, for light and for dark surroundings, and a shape, so that colour is not
 * needed to tell them apart. Pure.
 */
import { element } from './svg.js';

type Shape = 'circle' | 'square' | 'diamond' | 'triangle' | 'bar';

interface PeerStyle {
  readonly shape: Shape;
  readonly light: string;
  readonly dark: string;
  /** Only the outline: a variant of another peer. */
  readonly isHollow?: true;
}

const OWN_COLOURS = { light: '#c2185b', dark: '#ff7aa8' };

/** PEER_STYLES has every peer, in the order of the legend. */
export const PEER_STYLES: Readonly<Record<string, PeerStyle>> = {
  nginx: { shape: 'diamond', light: '#59636e', dark: '#9aa4af' },
  haproxy: { shape: 'square', light: '#0969da', dark: '#6cb6ff' },
  caddy: { shape: 'triangle', light: '#0f7b5f', dark: '#4fd1a5' },
  'node-https': { shape: 'bar', light: '#9a6700', dark: '#e3b341' },
  pinlatch: { shape: 'circle', ...OWN_COLOURS },
  'pinlatch-portable': { shape: 'circle', ...OWN_COLOURS, isHollow: true },
  floor: { shape: 'bar', light: '#8c959f', dark: '#6e7681' },
  'pinlatch-logging': { shape: 'diamond', ...OWN_COLOURS, isHollow: true },
  'pinlatch-other': { shape: 'square', ...OWN_COLOURS, isHollow: true },
};

function colours(name: 'light' | 'dark'): string {
  return Object.entries(PEER_STYLES)
    .map(([peer, { [name]: colour }]) => {
      const own = `.${peer}`;
      return [
        `${own}.full, ${own}.hollow, ${own}.curve { stroke: ${colour}; }`,
        `${own}.full, ${own}.value { fill: ${colour}; }`,
      ].join('\n');
    })
    .join('\n');
}

/** STYLE is the picture's style sheet. */
export const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.ground { fill: #ffffff; stroke: #d1d9e0; }
.title { font-size: 16px; font-weight: 600; }
.quiet { fill: #59636e; font-size: 12px; }
.grid { stroke: #d1d9e0; }
.yardstick { stroke: #59636e; stroke-width: 2; }
.hollow, .curve { fill: none; stroke-width: 2; }
.value { font-weight: 600; }
${colours('light')}
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.ground { fill: #0d1117; stroke: #3d444d; }
.quiet { fill: #9aa4af; }
.grid { stroke: #3d444d; }
.yardstick { stroke: #9aa4af; }
${colours('dark')}
}
`;

const SIZE = 5.5;

function polygon(points: readonly (readonly [number, number])[], x: number, y: number): string {
  return points
    .map(([dx, dy]) => `${(x + dx * SIZE).toFixed(1)},${(y + dy * SIZE).toFixed(1)}`)
    .join(' ');
}

const OUTLINES: Readonly<Record<Exclude<Shape, 'circle'>, readonly (readonly [number, number])[]>> =
  {
    square: [
      [-0.9, -0.9],
      [0.9, -0.9],
      [0.9, 0.9],
      [-0.9, 0.9],
    ],
    diamond: [
      [0, -1.2],
      [1.2, 0],
      [0, 1.2],
      [-1.2, 0],
    ],
    triangle: [
      [0, -1.1],
      [1.1, 0.9],
      [-1.1, 0.9],
    ],
    bar: [
      [-0.4, -1.2],
      [0.4, -1.2],
      [0.4, 1.2],
      [-0.4, 1.2],
    ],
  };

/** marker draws the sign of a peer at a place. */
export function marker(peer: string, x: number, y: number): string {
  const style = PEER_STYLES[peer];
  if (style === undefined) {
    throw new Error(`the picture has no style for ${peer}: add it to PEER_STYLES`);
  }
  const look = `${peer} ${style.isHollow === true ? 'hollow' : 'full'}`;
  return style.shape === 'circle'
    ? element('circle', { cx: x, cy: y, r: SIZE, class: look })
    : element('polygon', { points: polygon(OUTLINES[style.shape], x, y), class: look });
}
