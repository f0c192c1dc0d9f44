/**
 * Owns the writing of SVG elements as text, and scales from figures to coordinates. Pure.
 */

export type Attributes = Readonly<Record<string, string | number>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** escaped makes any text safe as XML content and as an attribute's value; characters that XML forbids are left out. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

function value(attribute: string | number): string {
  return typeof attribute === 'number' ? String(Math.round(attribute * 100) / 100) : attribute;
}

/** element writes one element around `children`, which are elements already written. */
export function element(
  name: string,
  attributes: Attributes,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .map(([key, attribute]) => ` ${key}="${escaped(value(attribute))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('\n')}</${name}>`;
}

/** label writes text at a place. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, [escaped(text)]);
}

/** Scale leads from a figure to a coordinate. */
export type Scale = (figure: number) => number;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** linearScale maps `figures` to `place`. */
export function linearScale(figures: Range, place: Range): Scale {
  const factor = (place.to - place.from) / (figures.to - figures.from);
  return (figure) => place.from + (figure - figures.from) * factor;
}

/** logScale maps `figures`, which are above 0, to `place`: equal ratios are equal distances. */
export function logScale(figures: Range, place: Range): Scale {
  const linear = linearScale({ from: Math.log(figures.from), to: Math.log(figures.to) }, place);
  return (figure) => linear(Math.log(figure));
}

/** powersOfTwo returns those from the last one not above the least of `figures` to the first not below the greatest. */
export function powersOfTwo(figures: readonly number[]): readonly number[] {
  const first = Math.floor(Math.log2(Math.min(...figures)));
  const last = Math.ceil(Math.log2(Math.max(...figures)));
  return Array.from({ length: last - first + 1 }, (_, index) => 2 ** (first + index));
}

const STEPS = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 5;

/** roundTicks returns at most six round numbers from 0 to one that is not below `most`. */
export function roundTicks(most: number): readonly number[] {
  if (!(most > 0)) {
    return [0, 1];
  }
  const magnitude = 10 ** Math.floor(Math.log10(most / MOST_TICKS));
  const step = (STEPS.find((one) => one * magnitude * MOST_TICKS >= most) ?? 10) * magnitude;
  const count = Math.ceil(most / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}
