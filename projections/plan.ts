import * as E from 'fp-ts/lib/Either.js';
import { isEventType } from '../domain/events.ts';
import { isForeign } from '../eventstore/codec.ts';
import { messageOf } from '../eventstore/faults.ts';
import type { LogEvent } from '../eventstore/logEvent.ts';
import { requiredOf } from './columns.ts';
import { changesOf, type Change, type Projection } from './projection.ts';

/** An event that a projection cannot go past. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
  readonly position: bigint;

  constructor(projection: string, { type, stream, position }: LogEvent, cause: unknown) {
    super(`${projection} stopped at ${type} in ${stream}, position ${position}: ${messageOf(cause)}`, { cause });
    this.position = position;
  }
}

/** What events in a row do to the tables, each row named once. */
export interface Plan {
  readonly changes: ReadonlyArray<PlannedChange>;
  /** How many of the events are covered. */
  readonly taken: number;
  /** Position of the last event covered. */
  readonly position: bigint;
  /** Why no event after them can be. */
  readonly stop?: BadEvent;
}

/** Positions of the events that a projection does without, by somebody's decision. */
export type Skips = ReadonlySet<bigint>;

export interface PlannedChange extends Change {
  /** Of the last event that changed the row. */
  readonly position: bigint;
}

const keyOf = ({ table, row }: Change): string =>
  JSON.stringify([table.name, ...table.key.map((column) => row[column])]);

/** A row that must exist to be changed cannot be made by the same statement: the change would no longer miss it. */
const clashes = (earlier: PlannedChange | undefined, change: Change): boolean =>
  earlier !== undefined && !earlier.creates && change.creates;

/** One change that does to a row what two of them do one after the other. */
const merged = (earlier: PlannedChange | undefined, later: PlannedChange): PlannedChange => {
  if (earlier === undefined) return later;
  const sums = { ...earlier.sums };
  for (const [sum, number] of Object.entries(later.sums)) sums[sum] = (sums[sum] ?? 0n) + number;
  return { ...later, creates: earlier.creates, row: { ...earlier.row, ...later.row }, sums };
};

type Planned = ReadonlyMap<string, PlannedChange>;

/**
 * The database refuses a row that lacks such a column, even where only others are to be overwritten, but does not see it
 * when an event in the same batch names the column.
 */
const refuseGaps = ({ table, creates, row }: Change): void => {
  for (const column of requiredOf(table))
    if (column in row ? (row[column] ?? null) === null : creates)
      throw new Error(
        `expected ${column} of ${table.name}, which is NOT NULL, found none: name it in every put, or patch the row instead`,
      );
};

/**
 * What one event does, each row named once: the same whatever other events come with it.
 * @throws Error when it changes a row before it makes it, or leaves out what must not be null
 */
const changesTogether = (changes: ReadonlyArray<Change>, position: bigint): Planned => {
  const together = new Map<string, PlannedChange>();
  for (const change of changes) {
    const key = keyOf(change);
    const earlier = together.get(key);
    if (clashes(earlier, change))
      throw new Error(
        `expected a row of ${change.table.name} to be made before it is changed, found ${key} changed first`,
      );
    together.set(key, merged(earlier, { ...change, position }));
  }
  for (const change of together.values()) refuseGaps(change);
  return together;
};

const nothing: Planned = new Map();

/** The changes of one event, or why there are none to be had. Types that the projection does not name it need not read. */
const changesBy = ({ name, on }: Projection, event: LogEvent, skips: Skips): E.Either<BadEvent, Planned> => {
  if (!isEventType(event.type) || on[event.type] === undefined || skips.has(event.position)) return E.right(nothing);
  if (E.isLeft(event.decoded)) return E.left(new BadEvent(name, event, event.decoded.left));
  const decoded = event.decoded.right;
  if (isForeign(decoded)) return E.right(nothing);
  return E.tryCatch(
    () => changesTogether(changesOf(on, decoded.type, decoded), event.position),
    (error) => new BadEvent(name, event, error),
  );
};

/**
 * Plans as many of `events` as can be written in one statement: all of them, but for a bad event, and for a log that makes
 * a row after changing it. So the rows come out the same however the log is cut into batches.
 */
export const planOf = (projection: Projection, before: bigint, events: ReadonlyArray<LogEvent>, skips: Skips): Plan => {
  const planned = new Map<string, PlannedChange>();
  let taken = 0;
  let position = before;
  const end = (stop?: BadEvent): Plan => ({ changes: [...planned.values()], taken, position, stop });
  for (const event of events) {
    const changes = changesBy(projection, event, skips);
    if (E.isLeft(changes)) return end(changes.left);
    for (const [key, change] of changes.right) if (clashes(planned.get(key), change)) return end();
    for (const [key, change] of changes.right) planned.set(key, merged(planned.get(key), change));
    taken += 1;
    position = event.position;
  }
  return end();
};
