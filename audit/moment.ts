import type { EventStore } from '../eventstore/connection.ts';
import { readHead } from '../eventstore/logHead.ts';

/** A moment of the log: all up to and including a commit position, or all before the first event created after a time. */
export type Moment = { readonly position: bigint } | { readonly time: Date };

const pattern = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** What `timeOf` reads, for messages. */
export const timeExpected = 'a time with its zone such as 2026-11-24T12:00:00Z, or a day (its beginning in UTC)';

/** What `momentOf` reads, for messages. */
export const momentExpected = `${timeExpected}, or a position of the log`;

/** A point in time. Only what means the same everywhere: a time without a zone would be another one on each machine. */
export const timeOf = (text: string): Date | undefined => {
  const [, day] = pattern.exec(text) ?? [];
  if (day === undefined) return undefined;
  const begins = new Date(`${day}T00:00:00Z`);
  // JavaScript takes February 30th for March 2nd.
  const isDay = !Number.isNaN(begins.getTime()) && begins.toISOString().startsWith(day);
  const time = new Date(text);
  return isDay && !Number.isNaN(time.getTime()) ? time : undefined;
};

/** A time, or a commit position, which is digits alone. */
export const momentOf = (text: string): Moment | undefined => {
  if (/^(0|[1-9]\d{0,18})$/.test(text)) return { position: BigInt(text) };
  const time = timeOf(text);
  return time === undefined ? undefined : { time };
};

interface Placed {
  readonly position: bigint;
  readonly created: Date;
}

/**
 * What of `events`, which are in log order, had happened at a moment. A clock that was set back does not reorder: what
 * stands behind an event created after the time is left out, too.
 */
export const asOf = <Event extends Placed>(events: ReadonlyArray<Event>, moment: Moment): ReadonlyArray<Event> => {
  const isLater = ({ position, created }: Event): boolean =>
    'position' in moment ? position > moment.position : created > moment.time;
  const end = events.findIndex(isLater);
  return end < 0 ? events : events.slice(0, end);
};

/** Milliseconds until a read of the end of the log counts as unanswered. */
const timeout = 5_000;

/**
 * Why a moment cannot be shown, because it has not come yet: a later answer would differ. Undefined when it can.
 * @param now by the clock of whoever asks
 */
export const notYet = async (store: EventStore, moment: Moment, now: Date): Promise<string | undefined> => {
  if ('time' in moment) {
    if (moment.time <= now) return undefined;
    return `Expected a time in the past, found ${moment.time.toISOString()}: it is ${now.toISOString()} now.`;
  }
  const { seen } = await readHead(store, moment.position - 1n, timeout);
  if (seen >= moment.position) return undefined;
  const { seen: end } = await readHead(store, -1n, timeout);
  return `Expected a position up to ${end}, where the log ends, found ${moment.position}.`;
};
