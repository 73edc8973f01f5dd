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

/** Who reports on a slot: whoever fills it, or, without an epoch, somebody who says why nobody does. */
export type Reported = Pick<Lease, 'slot'> & Partial<Pick<Lease, 'epoch'>>;

const write = async (query: Query, { slot, epoch }: Reported, report: Report): Promise<void> => {
  const { state, error = null, stoppedAt, rate } = report;
  await query(
    `INSERT INTO projections.reports AS kept (slot, state, error, stopped_at, rate, at)
     SELECT slot, $3, $4, $5, $6, clock_timestamp() FROM projections.slots
     WHERE slot = $1 AND (epoch = $2 OR $2 IS NULL AND lease_until < clock_timestamp())
     ON CONFLICT (slot) DO UPDATE SET state = excluded.state, error = excluded.error, stopped_at = excluded.stopped_at,
       rate = excluded.rate, at = excluded.at`,
    [slot, epoch ?? null, state, error, stoppedAt === undefined ? null : String(stoppedAt), rate],
  );
};

/** Milliseconds between two reports that say nothing new. */
const interval = 1_000;

/** Milliseconds after which what whoever fills a slot has said of it does not count any more, unless that was said again. */
export const validity = 5_000;

/**
 * Writes reports on a slot one after the other, as long as nobody else has taken it over: when there is something new, and
 * otherwise now and then.
 */
export const createReporter = (query: Query, reported: Reported): ((report: Report) => Promise<void>) => {
  let said: Report | undefined;
  let at = 0;
  let last = Promise.resolve();
  const tell = async (report: Report): Promise<void> => {
    const isNew = said?.state !== report.state || said.error !== report.error || said.stoppedAt !== report.stoppedAt;
    if (!isNew && performance.now() - at < interval) return;
    await write(query, reported, report);
    said = report;
    at = performance.now();
  };
  return (report) => {
    const telling = last.then(() => tell(report));
    // Whoever handed it in hears of a failure.
    last = telling.catch(() => undefined);
    return telling;
  };
};
