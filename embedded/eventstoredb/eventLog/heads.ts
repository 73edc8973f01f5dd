import { readDetails } from '../storedEvent.ts';
import type { Storage } from '../storage/storage.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import { isMetastream, metadataOf, metastreamOf, type StreamMetadata } from './streamMetadata.ts';

/** Where a stream stands for the next append, writes under way included. */
export interface Head {
  /** Position of the stream's first event; undefined as long as it has none. */
  streamNumber: bigint | undefined;
  /** Last revision, -1 without events, `TOMBSTONE` when gone for good. */
  last: bigint;
  metadata: StreamMetadata;
  /** The data of the metastream's last event. */
  metadataBytes: Buffer | undefined;
  /** Position of the last write that changed this head. */
  changedAt: bigint;
}

export interface Heads {
  readonly get: (stream: string) => Head;
  /** Drops the longest unused heads beyond the capacity, except those with writes at or after `durableEnd`. */
  readonly trim: (durableEnd: bigint) => void;
  readonly clear: () => void;
}

/** A bounded cache of heads (about 300 bytes each); a missing one is read from storage, so no stream is kept for good. */
export const createHeads = (storage: Storage, capacity: number): Heads => {
  const heads = new Map<string, Head>();

  const lastEntry = (streamNumber: bigint | undefined) => {
    if (streamNumber === undefined) return undefined;
    for (const entry of storage.revisions(streamNumber, TOMBSTONE, 'backwards')) return entry;
    return undefined;
  };

  const loadMetadata = (stream: string): Buffer | undefined => {
    if (isMetastream(stream)) return undefined;
    const entry = lastEntry(storage.streamNumber(metastreamOf(stream)));
    const event = entry && storage.eventAt(entry.position);
    return event && readDetails(event).data;
  };

  const load = (stream: string): Head => {
    const streamNumber = storage.streamNumber(stream);
    const metadataBytes = loadMetadata(stream);
    return {
      streamNumber,
      last: lastEntry(streamNumber)?.revision ?? -1n,
      metadata: metadataOf(stream, metadataBytes),
      metadataBytes,
      changedAt: -1n,
    };
  };

  return {
    get: (stream) => {
      const head = heads.get(stream) ?? load(stream);
      heads.delete(stream);
      heads.set(stream, head);
      return head;
    },
    trim: (durableEnd) => {
      let excess = heads.size - capacity;
      for (const [stream, head] of heads) {
        if (excess-- <= 0) return;
        if (head.changedAt < durableEnd) heads.delete(stream);
      }
    },
    clear: () => heads.clear(),
  };
};
