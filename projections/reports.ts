import type { Query } from './database.ts';
import type { Lease } from './lease.ts';

/**
 * What becomes of a slot: it is `live` when everything the log holds is in, `stopped` at an event that cannot be applied,
 * `waiting` when something is away or nothing moves.
 */
export type FillingState = 'catching up' | 'live' | 'waiting' | 'stopped';

/** What whoever fills a slot says of it, for others to read. */
export interface Report {
  readonly state: FillingState;
  /** Why it waits or has stopped. */
  readonly error?: string;
  /** Position of the event at which it has stopped. */
  readonly stoppedAt?: bigint;
  /** Events applied per second. */
  readonly rate: number;
}

const write = async (query: Query, { slot, epoch }: Lease, report: Report): Promise<void> => {
  const { state, error = null, stoppedAt, rate } = report;
  await query(
    `INSERT INTO projections.reports AS kept (slot, state, error, stopped_at, rate, at)
     SELECT slot, $3, $4, $5, $6, clock_timestamp() FROM projections.slots WHERE slot = $1 AND epoch = $2
     ON CONFLICT (slot) DO UPDATE SET state = excluded.state, error = excluded.error, stopped_at = excluded.stopped_at,
       rate = excluded.rate, at = excluded.at`,
    [slot, epoch, state, error, stoppedAt === undefined ? null : String(stoppedAt), rate],
  );
};

/** Milliseconds between two reports that say nothing new but the rate. */
const interval = 1_000;

/** Writes reports on a slot, as long as nobody else has taken it over: when there is something new, and now and then the rate. */
export const createReporter = (query: Query, lease: Lease): ((report: Report) => Promise<void>) => {
  let said: Report | undefined;
  let at = 0;
  return async (report) => {
    const isNew = said?.state !== report.state || said.error !== report.error || said.stoppedAt !== report.stoppedAt;
    if (!isNew && performance.now() - at < interval) return;
    await write(query, lease, report);
    said = report;
    at = performance.now();
  };
};
