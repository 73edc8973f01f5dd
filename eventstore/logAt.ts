import type { EventStore } from './connection.ts';
import { logEventOf, type LogEvent } from './logEvent.ts';
import { withTimeout } from './timeout.ts';

/** Milliseconds until the read counts as unanswered; the client gives reads no deadline of its own. */
const readTimeout = 5_000;

/** The event that stands at a position of the whole log, or undefined when none begins there. */
export const readLogAt = async (store: EventStore, position: bigint): Promise<LogEvent | undefined> => {
  const found = await store.run(async (client) => {
    const reading = client.readAll({ fromPosition: { commit: position, prepare: position }, maxCount: 1 });
    const first = async () => {
      for await (const { event } of reading) return event;
      return undefined;
    };
    try {
      return await withTimeout(first(), readTimeout, `read of the log at position ${position}`);
    } finally {
      reading.destroy();
    }
  });
  return found?.position.commit === position ? logEventOf(found) : undefined;
};
