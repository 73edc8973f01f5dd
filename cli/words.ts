import prettyMilliseconds from 'pretty-ms';

/** A number as people read it: 24,310. */
export const numeral = (value: number): string => Math.round(value).toLocaleString('en');

/** How many of something there are. */
export const several = (count: number, what: string): string => `${numeral(count)} ${what}${count === 1 ? '' : 's'}`;

/** Milliseconds as people read them: 340ms, 12s, 5h 12m. */
export const duration = (milliseconds: number): string =>
  prettyMilliseconds(milliseconds, { unitCount: 2, secondsDecimalDigits: 0, millisecondsDecimalDigits: 0 });
