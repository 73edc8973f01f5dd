import * as t from 'io-ts';
import { described } from '../domain/schema.ts';

// ISO 8601 has a year 0, which no calendar and no database has.
const pattern = /^(?!0000)\d{4}-\d\d-\d\d$/;

const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** `Date` takes the 30th of February for the 2nd of March. */
const isInCalendar = (day: string): boolean =>
  !Number.isNaN(midnight(day)) && new Date(midnight(day)).toISOString().startsWith(day);

const expected = 'a day such as "2026-11-23"';

/** A UTC day as ISO 8601 writes it. */
export const Day = described(
  new t.Type<string, string, unknown>(
    'Day',
    (u): u is string => typeof u === 'string' && pattern.test(u) && isInCalendar(u),
    (u, context) => {
      if (typeof u !== 'string' || !pattern.test(u)) return t.failure(u, context, `must be ${expected}`);
      return isInCalendar(u) ? t.success(u) : t.failure(u, context, 'must be a day that is in the calendar');
    },
    t.identity,
  ),
  { type: 'string', pattern: pattern.source, description: expected },
);

/** How many days after `from` the day `to` is; negative when it is before. */
export const daysBetween = (from: string, to: string): number => (midnight(to) - midnight(from)) / 86_400_000;
