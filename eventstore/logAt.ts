import type { AllStreamRecordedEvent } from '@eventstore/db-client';
import type { EventStore } from './connection.ts';
import { logEventOf, type LogEvent } from './logEvent.ts';
import { withTimeout } from './timeout.ts';

/** Milliseconds until the read counts as unanswered; the client gives reads no deadline of its own. */
const readTimeout = 5_000;

/** The event that stands at a position of the whole log, or undefined when none begins there. */
export const readLogAt = async (store: EventStore, position: bigint): Promise<LogEvent | undefined> => {
  const found = await store.run(async (client) => {
    const reading = client.readAll({ fromPosition: { commit: position, prepare: position }, maxCount: 1 });
    // To its end: what is left of a read that was given up would keep the client from ever being disposed of.
    const last = async () => {
      let found: AllStreamRecordedEvent | undefined;
      for await (const { event } of reading) found = event;
      return found;
    };
    try {
      return await withTimeout(last(), readTimeout, `read of the log at position ${position}`);
    } finally {
      reading.destroy();
    }
  });
  return found?.position.commit === position ? logEventOf(found) : undefined;
};
