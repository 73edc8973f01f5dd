import { crc32 } from 'node:zlib';
import type { Database, RootDatabase } from 'lmdb';
import { decodeEvent } from '../storedEvent.ts';
import type { Direction, StoredEvent } from '../log.ts';
import { DataFolderError, StorageFailure } from './failures.ts';
import { nameKey, positionKey, readUint64, revisionKey } from './keys.ts';
import { createPace, type CommitSize } from './pace.ts';

/** An entry of a stream's index. */
export interface IndexEntry {
  readonly revision: bigint;
  readonly position: bigint;
}

/** An event to be stored; a new stream's number is the position of its first event. */
export interface EventToStore {
  readonly event: StoredEvent;
  readonly streamNumber: bigint;
}

/**
 * Three tables: `events` by position, `index` by stream number and revision, `streams` by name. Only `write` adds to them,
 * whole commits at a time. Reads see every finished commit.
 */
export interface Storage {
  /** Stores all or nothing; resolves after fsync (at once in memory mode). Rejects with `StorageFailure`. */
  readonly write: (events: readonly EventToStore[]) => Promise<void>;
  /** Events forwards from a position inclusive, or backwards from a position exclusive. */
  readonly events: (from: bigint, direction: Direction) => Iterable<StoredEvent>;
  readonly eventAt: (position: bigint) => StoredEvent | undefined;
  /** Index entries of a stream from a revision inclusive. */
  readonly revisions: (streamNumber: bigint, from: bigint, direction: Direction) => Iterable<IndexEntry>;
  readonly streamNumber: (stream: string) => bigint | undefined;
  readonly close: () => Promise<void>;
}

const CHECKSUM_SIZE = 4;
const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const;

type Table = Database<Buffer, Buffer>;

interface Row {
  readonly table: Table;
  readonly key: Buffer;
  readonly value: Buffer;
}

/** A record is the event's frame and its CRC-32: lmdb itself would not notice a page that went bad on the disk. */
const toRecord = (frame: Buffer): Buffer => {
  const record = Buffer.allocUnsafe(frame.length + CHECKSUM_SIZE);
  record.set(frame);
  record.writeUInt32LE(crc32(frame), frame.length);
  return record;
};

const fromRecord = (record: Buffer, position: Buffer): StoredEvent => {
  const frame = record.subarray(0, -CHECKSUM_SIZE);
  const expected = record.readUInt32LE(frame.length);
  if (crc32(frame) === expected) return decodeEvent(frame);
  throw new DataFolderError(
    `The event at position ${readUint64(position, 0)} is damaged: its checksum is not ${expected}. Restore the data folder from a backup.`,
  );
};

const sizeOf = (events: readonly EventToStore[]): CommitSize => ({
  events: events.length,
  bytes: events.reduce((sum, { event }) => sum + event.frame.length, 0),
});

/** lmdb's thread says why a commit failed by one more promise, which must be listened to. */
const causeOf = async (error: unknown): Promise<string> => {
  try {
    if (error instanceof Error && 'commitError' in error) await error.commitError;
    return String(error);
  } catch (reason) {
    return reason instanceof Error ? reason.message : String(reason);
  }
};

/** Opens the tables of an lmdb environment. */
export const createStorage = (root: RootDatabase<Buffer, Buffer>): Storage => {
  const events: Table = root.openDB('events', BINARY);
  const index: Table = root.openDB('index', BINARY);
  const streams: Table = root.openDB('streams', BINARY);

  const rowsOf = ({ event, streamNumber }: EventToStore): readonly Row[] => {
    const key = positionKey(event.position);
    const rows: Row[] = [
      { table: events, key, value: toRecord(event.frame) },
      { table: index, key: revisionKey(streamNumber, event.revision), value: key },
    ];
    if (streamNumber === event.position) rows.push({ table: streams, key: nameKey(event.stream), value: key });
    return rows;
  };

  const pace = createPace();

  const commit = async (toStore: readonly EventToStore[]): Promise<void> => {
    // Before the commit begins: if it threw within, lmdb's thread would keep what was put so far.
    const rows = toStore.flatMap(rowsOf);
    const putAll = (): void => rows.forEach(({ table, key, value }) => void table.put(key, value));
    if (!pace.isOnTheSpot(sizeOf(toStore))) {
      await root.batch(putAll);
      return;
    }
    const since = performance.now();
    root.transactionSync(putAll);
    pace.took(performance.now() - since);
  };

  return {
    write: async (toStore) => {
      try {
        await commit(toStore);
      } catch (error) {
        pace.failed();
        const cause = await causeOf(error);
        throw new StorageFailure(`The events could not be stored (${cause}). Nothing was kept. Is the disk full?`, {
          cause: error,
        });
      }
    },
    events: function* (from, direction) {
      const range =
        direction === 'forwards'
          ? events.getRange({ start: positionKey(from) })
          : events.getRange({ start: positionKey(from), exclusiveStart: true, reverse: true });
      for (const { key, value } of range) yield fromRecord(value, key);
    },
    eventAt: (position) => {
      const key = positionKey(position);
      const record = events.get(key);
      return record && fromRecord(record, key);
    },
    revisions: function* (streamNumber, from, direction) {
      const start = revisionKey(streamNumber, from);
      const range =
        direction === 'forwards'
          ? index.getRange({ start, end: revisionKey(streamNumber + 1n, 0n) })
          : index.getRange({ start, end: revisionKey(streamNumber, 0n), inclusiveEnd: true, reverse: true });
      for (const { key, value } of range) yield { revision: readUint64(key, 8), position: readUint64(value, 0) };
    },
    streamNumber: (stream) => {
      const number = streams.get(nameKey(stream));
      return number && readUint64(number, 0);
    },
    close: () => root.close(),
  };
};
