import { pause } from '../eventstore/backoff.ts';
import type { Batch } from '../eventstore/catchUp.ts';
import type { EventStore } from '../eventstore/connection.ts';
import { messageOf, Unavailable } from '../eventstore/faults.ts';
import { readSkips } from '../eventstore/skips.ts';
import { applyPrepared, prepare, type Filling, type Prepared } from './apply.ts';
import type { Query } from './database.ts';
import { TakenOver } from './hold.ts';
import type { Lease } from './lease.ts';
import { BadEvent } from './plan.ts';
import type { Projection } from './projection.ts';
import type { Pulse } from './pulse.ts';
import { createReporter, type Report } from './reports.ts';

/** Brings a slot forward. */
export interface Filler {
  readonly filling: Filling;
  /**
   * Applies batches that begin after the position `from`, until there are no more; tells each position reached. While one is
   * written the next is prepared: catching up takes as long as the slower of the two rather than both.
   * Whoever asks for the slot's state is told how it goes, while a write hangs as well, and why it ends.
   * @throws what `apply` does
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

/** While the database is away nobody can ask it either. */
const unheard = (fault: unknown): void => {
  if (!(fault instanceof Unavailable)) throw fault;
};

const reportOn = (error: unknown): Report =>
  error instanceof BadEvent
    ? { state: 'stopped', error: error.message, stoppedAt: error.position, rate: 0 }
    : { state: 'waiting', error: messageOf(error), rate: 0 };

/** Learns what the projection does without before it reads the first event: each such decision stands behind its event. */
export const createFiller = async (options: FillerOptions): Promise<Filler> => {
  const { query, eventStore, projection, lease, duration, pulse } = options;
  const report = createReporter(query, lease);

  const reportFault = async (error: unknown): Promise<never> => {
    if (!(error instanceof TakenOver)) await report(reportOn(error)).catch(unheard);
    throw error;
  };

  const skips = await readSkips(eventStore, projection.name).catch(reportFault);
  const filling: Filling = { query, projection, skips, lease, duration };

  /** Reports while others work on batches, for they cannot while one of them hangs. */
  const keepReporting = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await pause(duration / 3, signal);
      if (signal.aborted) return;
      if (pulse.check() !== undefined) await report(pulse.report()).catch(unheard);
    }
  };

  const fillAll: Filler['fill'] = async (from, batches, onFilled) => {
    const write = async (batch: Batch, prepared: Prepared): Promise<void> => {
      pulse.begin(batch);
      const position = await applyPrepared(filling, prepared);
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
  };

  return {
    filling,
    fill: async (from, batches, onFilled) => {
      const ending = new AbortController();
      const reporting = keepReporting(ending.signal);
      const [filled, reported] = await Promise.allSettled([
        fillAll(from, batches, onFilled).finally(() => ending.abort()),
        reporting,
      ]);
      if (filled.status === 'rejected') await reportFault(filled.reason);
      if (reported.status === 'rejected') throw reported.reason;
    },
  };
};
