import type { EventStore } from '../eventstore/connection.ts';
import { readHead } from '../eventstore/logHead.ts';

/** A moment of the log: all up to and including a commit position, or all before the first event created after a time. */
export type Moment = { readonly position: bigint } | { readonly time: Date };

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
