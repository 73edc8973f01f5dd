import type { EventLog } from '../log.ts';
import { readDetails } from '../storedEvent.ts';
import { formatPlace, parsePlace, type Source } from './source.ts';
import { appendSystemEvent, jsonEvent, readLast, writeStreamMetadata } from './systemEvents.ts';

/** A group's checkpoints in the log, one event each. */
export interface CheckpointStream {
  readonly load: () => bigint | undefined;
  /** Writes the checkpoint, or a later one that was asked for before this could be written. */
  readonly write: (place: bigint) => void;
  /** Resolves when nothing is being written any more. */
  readonly settled: () => Promise<void>;
}

/** @param key the group's key, `stream::group`. */
export const checkpointStreamName = (key: string): string => `$persistentsubscription-${key}-checkpoint`;

/** A checkpoint that cannot be stored costs repeated deliveries, no loss: the next one makes up for it. */
const warn = (key: string, error: unknown) => {
  process.emitWarning(
    `The checkpoint of ${key} was not stored, its last events may be delivered again: ${String(error)}`,
  );
};

export const createCheckpointStream = (log: EventLog, key: string, source: Source): CheckpointStream => {
  const stream = checkpointStreamName(key);
  let wanted: bigint | undefined;
  let writing: Promise<void> | undefined;

  const append = async (place: bigint) => {
    if (readLast(log, stream).state === 'missing') await writeStreamMetadata(log, stream, { $maxCount: 2 });
    await appendSystemEvent(log, stream, jsonEvent('SubscriptionCheckpoint', formatPlace(source, place)));
  };

  /** One write at a time, so that checkpoints never go backwards. */
  const writeWanted = async () => {
    while (wanted !== undefined) {
      const place = wanted;
      wanted = undefined;
      await append(place);
    }
  };

  return {
    load: () => {
      const [last] = readLast(log, stream).events;
      if (last === undefined) return undefined;
      const text: unknown = JSON.parse(readDetails(last).data.toString('utf8'));
      return parsePlace(source, String(text));
    },
    write: (place) => {
      wanted = place;
      writing ??= writeWanted()
        .catch((error: unknown) => warn(key, error))
        .finally(() => {
          writing = undefined;
        });
    },
    settled: async () => writing,
  };
};
