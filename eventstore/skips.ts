import { ofType, type RecordedEvent } from '../domain/events.ts';
import { skipStream } from '../domain/streams.ts';
import type { EventStore } from './connection.ts';
import { readForwards } from './read.ts';

/** The decisions to have a read model do without an event, oldest first. */
export const recordedSkips = async (store: EventStore, projection: string): Promise<RecordedEvent<'EventSkipped'>[]> =>
  (await readForwards(store, skipStream(projection))).filter(ofType('EventSkipped'));

/** Positions of the events that a read model does without: read before the log is, for each stands behind its event. */
export const readSkips = async (store: EventStore, projection: string): Promise<ReadonlySet<bigint>> =>
  new Set((await recordedSkips(store, projection)).map(({ data }) => BigInt(data.position)));
