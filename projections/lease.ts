import type { Query } from './database.ts';

/** The right to fill a slot, for as long as it is renewed and nobody has taken over. */
export interface Lease {
  readonly slot: string;
  readonly holder: string;
  /** Raised by every new holder. */
  readonly epoch: number;
  /** Where the slot stood when the lease was taken; -1 before the first event. */
  readonly position: bigint;
}

/**
 * Takes the lease on a slot for `duration` milliseconds, or answers with undefined while somebody else holds it. Whoever has
 * just taken it does not know that all is in, whatever the one before has reported.
 */
export const acquire = async (
  query: Query,
  slot: string,
  holder: string,
  duration: number,
): Promise<Lease | undefined> => {
  const [taken] = await query<{ epoch: number; position: string }>(
    `WITH taken AS (
       UPDATE projections.slots
       SET epoch = epoch + 1, holder = $2, lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE slot = $1 AND (holder = $2 OR lease_until < clock_timestamp())
       RETURNING slot, epoch, position
     ), begun AS (
       UPDATE projections.reports SET state = 'catching up' FROM taken WHERE reports.slot = taken.slot AND state = 'live'
     )
     SELECT epoch, position FROM taken`,
    [slot, holder, duration],
  );
  return taken && { slot, holder, epoch: taken.epoch, position: BigInt(taken.position) };
};

/** Holds the lease for another `duration` milliseconds; false when somebody has taken over. */
export const renew = async (query: Query, { slot, epoch }: Lease, duration: number): Promise<boolean> => {
  const renewed = await query(
    `UPDATE projections.slots SET lease_until = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE slot = $1 AND epoch = $2 RETURNING slot`,
    [slot, epoch, duration],
  );
  return renewed.length > 0;
};

/** Lets others take over at once; does nothing to a lease that was handed to somebody else. */
export const release = async (query: Query, { slot, epoch, holder }: Lease): Promise<void> => {
  await query(
    `UPDATE projections.slots SET holder = NULL, lease_until = '-infinity' WHERE slot = $1 AND epoch = $2 AND holder = $3`,
    [slot, epoch, holder],
  );
};
