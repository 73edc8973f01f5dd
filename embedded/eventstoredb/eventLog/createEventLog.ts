import type { CommitListener, EventLog } from '../log.ts';
import type { EventToStore, Storage } from '../storage/storage.ts';
import { createGroupCommit } from './groupCommit.ts';
import { createHeads } from './heads.ts';
import { createReader } from './reader.ts';
import { createRecentIds } from './recentIds.ts';
import { createWriter, type Writer } from './writer.ts';

/** The log as the streams service uses it: it alone may delete. */
export interface DeletableEventLog extends EventLog, Pick<Writer, 'softDelete' | 'tombstone'> {
  /** Resolves when everything appended so far is durable or was refused. */
  readonly settled: () => Promise<void>;
}

/** Position of the first event ever. Not 0: a subscription from position 0 must not miss it. */
const LOG_START = 256n;
const HEADS = 10_000;
const RECENT_IDS = 20_000;
const RECALLED_IDS = 5_000;
const LAST = 0xffff_ffff_ffff_ffffn;

/** The log on a storage: knows where it ends, what is durable, and who wants to hear of it. */
export const createEventLog = (storage: Storage, now: () => number = Date.now): DeletableEventLog => {
  const listeners = new Set<CommitListener>();
  const recent = createRecentIds(RECENT_IDS);
  const heads = createHeads(storage, HEADS);

  /** Known ids survive a restart, as far as the cache reaches: a client may well repeat an append that it lost us over. */
  const recall = (): bigint => {
    let end: bigint | undefined;
    let known = 0;
    for (const event of storage.events(LAST, 'backwards')) {
      end ??= event.position + BigInt(event.frame.length);
      if (known++ >= RECALLED_IDS) break;
      const streamNumber = storage.streamNumber(event.stream);
      // The newest of a repeated id counts, and this reads backwards.
      if (streamNumber !== undefined && recent.revision(streamNumber, event.id) === undefined)
        recent.add(streamNumber, event.id, event.revision);
    }
    return end ?? LOG_START;
  };

  let durableEnd = recall();
  let tail = durableEnd;

  const onCommitted = (stored: readonly EventToStore[]): void => {
    const last = stored.at(-1)?.event;
    if (last) durableEnd = last.position + 1n;
    recent.trim();
    heads.trim(durableEnd);
    const events = stored.map(({ event }) => event);
    for (const listener of [...listeners]) listener(events);
  };

  const onFailed = (): void => {
    heads.clear();
    recent.clear();
    tail = recall();
  };

  const commit = createGroupCommit(storage.write, onCommitted, onFailed);
  const reserve = (bytes: number): bigint => {
    const position = tail;
    tail += BigInt(bytes);
    return position;
  };
  const writer = createWriter({ storage, heads, recent, commit, reserve, now });
  const end = (): bigint => durableEnd;

  return {
    end,
    ...createReader(storage, end, now),
    ...writer,
    settled: () => commit.durable().catch(() => undefined),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
