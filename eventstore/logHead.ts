import { BACKWARDS, END, type AllStreamRecordedEvent, type ReadPosition } from '@eventstore/db-client';
import type { EventStore } from './connection.ts';
import { isSystemEvent } from './logEvent.ts';
import { withTimeout } from './timeout.ts';

/** What the end of the log holds beyond a known position. */
export interface LogHead {
  /** Position of the newest event that is not the store's own, if one stands beyond the known position. */
  readonly newest: bigint | undefined;
  /** Everything up to here was looked at. */
  readonly seen: bigint;
}

/** Events a page; the end of the log is nearly always told by one. */
const pageSizes = { first: 1, further: 64 };

// Read to its end: what is left of a read that was given up would keep the client from ever being disposed of.
const readPage = (
  store: EventStore,
  from: ReadPosition,
  maxCount: number,
  timeout: number,
): Promise<ReadonlyArray<AllStreamRecordedEvent>> =>
  store.run(async (client) => {
    const reading = client.readAll({ direction: BACKWARDS, fromPosition: from, maxCount });
    const collect = async (): Promise<AllStreamRecordedEvent[]> => {
      const page: AllStreamRecordedEvent[] = [];
      for await (const { event } of reading) if (event !== undefined) page.push(event);
      return page;
    };
    try {
      return await withTimeout(collect(), timeout, 'read of the end of the log');
    } finally {
      reading.destroy();
    }
  });

/**
 * Looks from the end of the log back to the position `known` for an event that a subscriber should have received.
 * @param timeout milliseconds for each page of the read
 */
export const readHead = async (store: EventStore, known: bigint, timeout: number): Promise<LogHead> => {
  const { first, further } = pageSizes;
  let seen = known;
  for (let from: ReadPosition = END, size = first; ; size = further) {
    const page: ReadonlyArray<AllStreamRecordedEvent> = await readPage(store, from, size, timeout);
    const unknown = page.filter(({ position }) => position.commit > known);
    if (from === END) seen = unknown[0]?.position.commit ?? seen;
    const newest = unknown.find((event) => !isSystemEvent(event))?.position.commit;
    if (newest !== undefined || unknown.length < size) return { newest, seen };
    from = page.at(-1)?.position ?? from;
  }
};
