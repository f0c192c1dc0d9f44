/** Owns how many columns of a terminal a text takes: names may be in any script. Pure. */

// Marks stand over the letter before them.
const NARROW = /[\p{M}\p{Cf}]/gu;

// East Asian letters and signs take two columns (UAX #11: wide and fullwidth).
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** columnsOf returns the columns that a text takes. */
export function columnsOf(text: string): number {
  const shown = text.replaceAll(NARROW, '');
  return [...shown].length + (shown.match(WIDE)?.length ?? 0);
}

/** padColumns fills a text up with spaces to so many columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}
