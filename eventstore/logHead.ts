import { BACKWARDS, END, type ReadPosition } from '@eventstore/db-client';
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

interface Page {
  readonly newest: bigint | undefined;
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
  readonly done: boolean;
}

const pageSize = 64;

const readPage = (store: EventStore, from: ReadPosition, known: bigint, timeout: number): Promise<Page> =>
  store.run(async (client) => {
    const reading = client.readAll({ direction: BACKWARDS, fromPosition: from, maxCount: pageSize });
    const scan = async (): Promise<Page> => {
      let first: bigint | undefined;
      let last: bigint | undefined;
      for await (const { event } of reading) {
        if (event === undefined) continue;
        const position = event.position.commit;
        first ??= position;
        last = position;
        if (position <= known) return { newest: undefined, first, last, done: true };
        if (!isSystemEvent(event)) return { newest: position, first, last, done: true };
      }
      return { newest: undefined, first, last, done: last === undefined };
    };
    try {
      return await withTimeout(scan(), timeout, 'read of the end of the log');
    } finally {
      reading.destroy();
    }
  });

/**
 * Looks from the end of the log back to the position `known` for an event that a subscriber should have received.
 * @param timeout milliseconds for each page of the read
 */
export const readHead = async (store: EventStore, known: bigint, timeout: number): Promise<LogHead> => {
  let from: ReadPosition = END;
  let seen = known;
  for (;;) {
    const { newest, first, last, done }: Page = await readPage(store, from, known, timeout);
    if (from === END && first !== undefined && first > seen) seen = first;
    if (done || last === undefined) return { newest, seen };
    from = { commit: last, prepare: last };
  }
};
