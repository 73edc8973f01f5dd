import type { Batch } from '../eventstore/catchUp.ts';
import type { EventStore } from '../eventstore/connection.ts';
import { readSkips } from '../eventstore/skips.ts';
import { applyPrepared, prepare, type Filling, type Prepared } from './apply.ts';
import type { Query } from './database.ts';
import type { Lease } from './lease.ts';
import { BadEvent } from './plan.ts';
import type { Projection } from './projection.ts';
import type { Pulse } from './pulse.ts';
import { createReporter } from './reports.ts';

/** Brings a slot forward. */
export interface Filler {
  readonly filling: Filling;
  /**
   * Applies batches that begin after the position `from`, until there are no more; tells each position reached. While one is
   * written the next is prepared: catching up takes as long as the slower of the two rather than both.
   * @throws what `apply` does; whoever asks for the slot's state is told of a bad event
   */
  readonly fill: (from: bigint, batches: AsyncIterable<Batch>, onFilled?: (position: bigint) => void) => Promise<void>;
}

export interface FillerOptions {
  readonly query: Query;
  readonly eventStore: EventStore;
  /** The definition of the slot's version. */
  readonly projection: Projection;
  readonly lease: Lease;
  /** Milliseconds for which every commit renews the lease. */
  readonly duration: number;
  readonly pulse: Pulse;
}

/** Learns what the projection does without before it reads the first event: each such decision stands behind its event. */
export const createFiller = async (options: FillerOptions): Promise<Filler> => {
  const { query, eventStore, projection, lease, duration, pulse } = options;
  const skips = await readSkips(eventStore, projection.name);
  const filling: Filling = { query, projection, skips, lease, duration };
  const report = createReporter(query, lease);

  const applyAll = async (prepared: Prepared): Promise<bigint> => {
    try {
      return await applyPrepared(filling, prepared);
    } catch (error) {
      if (error instanceof BadEvent)
        await report({ state: 'stopped', error: error.message, stoppedAt: error.position, rate: 0 });
      throw error;
    }
  };

  return {
    filling,
    fill: async (from, batches, onFilled) => {
      const write = async (batch: Batch, prepared: Prepared): Promise<void> => {
        pulse.begin(batch);
        const position = await applyAll(prepared);
        pulse.end(batch, position);
        await report(pulse.report());
        onFilled?.(position);
      };
      let planned = from;
      let writing = Promise.resolve();
      try {
        for await (const batch of batches) {
          const prepared = prepare(filling, planned, batch.events);
          await writing;
          writing = write(batch, prepared);
          planned = prepared.events.at(-1)?.position ?? planned;
          // Should it fail, that is heard when the next batch is here. Where that may be long in coming, it is heard now.
          if (batch.live || batch.fault !== undefined) await writing;
          else void Promise.allSettled([writing]);
        }
        await writing;
      } finally {
        // Nothing is written any more once this has ended, however it ended.
        await Promise.allSettled([writing]);
      }
    },
  };
};
