import { InvalidArgumentError } from 'commander';
import type { Moment } from '../../audit/moment.ts';

const pattern = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

const expected = 'a time with its zone such as 2026-11-24T12:00:00Z, or a day (its beginning in UTC)';

/** A point in time. Only what means the same everywhere: a time without a zone would be another one on each machine. */
const readTime = (text: string): Date | undefined => {
  const [, day] = pattern.exec(text) ?? [];
  if (day === undefined) return undefined;
  const begins = new Date(`${day}T00:00:00Z`);
  // JavaScript takes February 30th for March 2nd.
  const isDay = !Number.isNaN(begins.getTime()) && begins.toISOString().startsWith(day);
  const time = new Date(text);
  return isDay && !Number.isNaN(time.getTime()) ? time : undefined;
};

/** Reads the value of an option that takes a time. */
export const timeIn = (text: string): Date => {
  const time = readTime(text);
  if (time === undefined) throw new InvalidArgumentError(`Expected ${expected}, found ${JSON.stringify(text)}.`);
  return time;
};

/** Reads the value of an option that takes a time or a commit position, which is digits alone. */
export const momentIn = (text: string): Moment => {
  if (/^(0|[1-9]\d{0,18})$/.test(text)) return { position: BigInt(text) };
  const time = readTime(text);
  if (time !== undefined) return { time };
  throw new InvalidArgumentError(`Expected ${expected}, or a position of the log, found ${JSON.stringify(text)}.`);
};
