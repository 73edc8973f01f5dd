import { catchUp, type CatchUpSettings } from '../eventstore/catchUp.ts';
import type { EventStore } from '../eventstore/connection.ts';
import type { Database } from './database.ts';
import type { Projection } from './projection.ts';
import { validity, type FillingState } from './reports.ts';
import { slotsOf } from './slots.ts';

/** How a slot stands. */
export interface SlotStatus {
  readonly slot: string;
  readonly role: 'live' | 'next' | 'previous';
  readonly version: number;
  /** Position of the last event applied, -1 before the first. */
  readonly position: bigint;
  /** Age of the oldest event not yet applied, in milliseconds; 0 when there is none, undefined while the event store is away. */
  readonly lag: number | undefined;
  /** Events applied per second, as whoever fills it last measured. */
  readonly rate: number;
  /** `kept`: a previous one, left where it stood; `not filled`: nobody is at work on it, or says why not. */
  readonly state: FillingState | 'kept' | 'not filled';
  /** Why it waits or has stopped. */
  readonly error: string | undefined;
}

export interface ProjectionStatus {
  readonly name: string;
  /** Of this code. */
  readonly version: number;
  /** The live one first. */
  readonly slots: ReadonlyArray<SlotStatus>;
}

interface StatusRow {
  readonly slot: string;
  readonly version: number;
  readonly position: string;
  readonly role: 'live' | 'next' | 'previous';
  readonly held: boolean;
  /** Whether what was reported still counts. */
  readonly fresh: boolean | null;
  readonly state: FillingState | null;
  readonly error: string | null;
  readonly rate: number | null;
}

const select = `
  SELECT slots.slot, version, position, state, error, rate, lease_until > clock_timestamp() AS held,
    at > clock_timestamp() - $2 * interval '1 millisecond' AS fresh,
    CASE slots.slot WHEN live.slot THEN 'live' WHEN next THEN 'next' ELSE 'previous' END AS role
  FROM projections.slots JOIN projections.live USING (projection) LEFT JOIN projections.beside USING (projection)
    LEFT JOIN projections.reports ON reports.slot = slots.slot
  WHERE projection = $1 AND slots.slot IN (live.slot, next, previous) ORDER BY role`;

/** Between two attempts nobody holds the lease; whoever makes them has said lately why the last one failed. */
const stateOf = ({ role, held, fresh, state }: StatusRow): SlotStatus['state'] => {
  if (role === 'previous' && !held) return 'kept';
  if (state === 'stopped' || (state === 'waiting' && fresh === true)) return state;
  return held ? (state ?? 'catching up') : 'not filled';
};

/** Milliseconds since the first event after a position was written. */
const lagAt = async (store: EventStore, after: bigint, settings: CatchUpSettings): Promise<number | undefined> => {
  const looking = new AbortController();
  for await (const { events, live, fault } of catchUp(store, after, looking.signal, { ...settings, most: 1 })) {
    if (fault !== undefined) return undefined;
    if (events[0] !== undefined) return Math.max(0, Date.now() - events[0].created.getTime());
    if (live) return 0;
  }
  return undefined;
};

/** How the slots of a projection stand, as the database and the log tell, whichever process fills them. */
export const statusOf = async (
  database: Database,
  store: EventStore,
  projection: Projection,
  settings: CatchUpSettings,
): Promise<ProjectionStatus> => {
  const { name, version } = projection;
  await slotsOf(database, projection);
  const rows = await database.query<StatusRow>(select, [name, validity]);
  const slots = rows.map(async (row): Promise<SlotStatus> => {
    const position = BigInt(row.position);
    const state = stateOf(row);
    return {
      slot: row.slot,
      role: row.role,
      version: row.version,
      position,
      lag: await lagAt(store, position, settings),
      // A rate that nobody has reported for a while is none any more, and so is that of a slot that nobody fills.
      rate: row.held && row.fresh === true ? (row.rate ?? 0) : 0,
      state,
      error: state === 'waiting' || state === 'stopped' ? (row.error ?? undefined) : undefined,
    };
  });
  return { name, version, slots: await Promise.all(slots) };
};
