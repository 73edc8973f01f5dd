import { randomUUID } from 'node:crypto';
import type { Append, AppendOutcome, Expected, NewEvent, StoredEvent } from '../log.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import type { EventToStore, Storage } from '../storage/storage.ts';
import { encodeEvent, readDetails } from '../storedEvent.ts';
import { decide, type Decision, type StreamFacts } from './decide.ts';
import type { GroupCommit } from './groupCommit.ts';
import type { Head, Heads } from './heads.ts';
import type { RecentIds } from './recentIds.ts';
import {
  deletedMetadata,
  isMetastream,
  isSoftDeleted,
  metadataOf,
  METADATA_TYPE,
  metastreamOf,
  originalStreamOf,
  undeletedMetadata,
} from './streamMetadata.ts';

export interface Writer {
  readonly append: (append: Append) => Promise<AppendOutcome>;
  /** Soft delete: nothing of the stream can be read any more, its numbering goes on with the next append. */
  readonly softDelete: (stream: string, expected: Expected) => Promise<AppendOutcome>;
  /** Tombstone: the stream is gone for good. */
  readonly tombstone: (stream: string, expected: Expected) => Promise<AppendOutcome>;
}

export interface WriterDependencies {
  readonly storage: Storage;
  readonly heads: Heads;
  readonly recent: RecentIds;
  readonly commit: GroupCommit;
  /** Reserves room in the log for a record of so many bytes; returns its position. */
  readonly reserve: (bytes: number) => bigint;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What a record takes in the real log beside its payload, roughly: positions are to look and grow like its. */
const RECORD_OVERHEAD = 64;
const NOTHING: Uint8Array = new Uint8Array(0);
const JSON_TYPE = 'application/json';

const systemEvent = (type: string, data: Uint8Array): NewEvent => ({
  id: randomUUID(),
  type,
  contentType: JSON_TYPE,
  metadata: NOTHING,
  data,
});

/** Decides on writes one after the other, against everything decided before, durable or not yet. */
export const createWriter = ({ storage, heads, recent, commit, reserve, now }: WriterDependencies): Writer => {
  const hasAt = ({ streamNumber }: Head, id: string, revision: bigint): boolean => {
    if (streamNumber === undefined) return false;
    if (recent.revision(streamNumber, id) === revision) return true;
    const [entry] = storage.revisions(streamNumber, revision, 'forwards');
    return entry?.revision === revision && storage.eventAt(entry.position)?.id === id;
  };

  /** The metadata of a tombstoned stream is gone with it. */
  const isGone = (stream: string, head: Head): boolean =>
    head.last === TOMBSTONE || (isMetastream(stream) && heads.get(originalStreamOf(stream)).last === TOMBSTONE);

  const factsOf = (stream: string, head: Head): StreamFacts => ({
    last: isGone(stream, head) ? TOMBSTONE : head.last,
    softDeleted: isSoftDeleted(head.metadata),
    hasMetadata: head.metadataBytes !== undefined,
    hasAt: (id, revision) => hasAt(head, id, revision),
    recent: (id) => (head.streamNumber === undefined ? undefined : recent.revision(head.streamNumber, id)),
  });

  const store = (stream: string, head: Head, events: readonly NewEvent[], first: bigint): StoredEvent | undefined => {
    const created = `${now()}0000`;
    const toStore: EventToStore[] = [];
    let revision = first;
    for (const event of events) {
      const size = event.data.length + event.metadata.length + event.type.length + stream.length + RECORD_OVERHEAD;
      const position = reserve(size);
      head.streamNumber ??= position;
      recent.add(head.streamNumber, event.id, revision);
      toStore.push({
        event: encodeEvent(event, { stream, revision, position, created }),
        streamNumber: head.streamNumber,
      });
      head.last = revision;
      head.changedAt = position;
      revision += 1n;
    }
    commit.add(toStore);
    const last = toStore.at(-1)?.event;
    if (last && isMetastream(stream)) applyMetadata(stream, last);
    return last;
  };

  /** A metastream's last event is its stream's metadata from now on. */
  const applyMetadata = (metastream: string, event: StoredEvent): void => {
    const original = originalStreamOf(metastream);
    const head = heads.get(original);
    head.metadataBytes = Buffer.from(readDetails(event).data);
    head.metadata = metadataOf(original, head.metadataBytes);
    head.changedAt = event.position;
  };

  const storeMetadata = (stream: string, data: Buffer): StoredEvent | undefined => {
    const metastream = metastreamOf(stream);
    const head = heads.get(metastream);
    return store(metastream, head, [systemEvent(METADATA_TYPE, data)], head.last + 1n);
  };

  /** After an append to a soft-deleted stream, or to its metadata: it can be read again, from its next event on. */
  const undelete = (stream: string, from: bigint): void => {
    const data = undeletedMetadata(heads.get(stream).metadataBytes ?? Buffer.from('{}'), from);
    if (data) storeMetadata(stream, data);
  };

  const appendEvents = (stream: string, head: Head, events: readonly NewEvent[]): StoredEvent | undefined => {
    const from = head.last + 1n;
    const deletedOriginal = isMetastream(stream) && events.length > 0 ? originalStreamOf(stream) : undefined;
    const undeletesOriginal = deletedOriginal !== undefined && isSoftDeleted(heads.get(deletedOriginal).metadata);
    const softDeleted = isSoftDeleted(head.metadata);
    const last = store(stream, head, events, from);
    if (softDeleted) undelete(stream, from);
    if (undeletesOriginal) undelete(deletedOriginal, heads.get(deletedOriginal).last + 1n);
    return last;
  };

  const refusal = (head: Head, decision: Exclude<Decision['kind'], 'append' | 'already_there'>): AppendOutcome =>
    decision === 'stream_deleted'
      ? { outcome: 'stream_deleted' }
      : { outcome: 'wrong_expected_version', current: head.last };

  const positionAt = ({ streamNumber }: Head, revision: bigint): bigint | undefined => {
    if (streamNumber === undefined) return undefined;
    const [entry] = storage.revisions(streamNumber, revision, 'forwards');
    return entry?.position;
  };

  const append = async ({ stream, expected, events }: Append): Promise<AppendOutcome> => {
    const head = heads.get(stream);
    const decision = decide(
      expected,
      events.map(({ id }) => id),
      factsOf(stream, head),
    );
    switch (decision.kind) {
      case 'append': {
        const last = appendEvents(stream, head, events);
        const outcome: AppendOutcome = {
          outcome: 'appended',
          revision: last?.revision ?? head.last,
          position: last?.position ?? reserve(0),
        };
        await commit.durable();
        return outcome;
      }
      case 'already_there': {
        const softDeleted = isSoftDeleted(head.metadata);
        await commit.durable();
        const position = softDeleted ? undefined : positionAt(head, decision.revision);
        return { outcome: 'appended', revision: decision.revision, position };
      }
      case 'wrong_expected_version':
      case 'stream_deleted': {
        const outcome = refusal(head, decision.kind);
        await commit.durable();
        return outcome;
      }
    }
  };

  const remove = async (
    stream: string,
    expected: Expected,
    write: (head: Head) => StoredEvent | undefined,
  ): Promise<AppendOutcome> => {
    const head = heads.get(stream);
    const decision = decide(expected, [randomUUID()], factsOf(stream, head));
    const event = decision.kind === 'append' ? write(head) : undefined;
    const outcome: AppendOutcome = event
      ? { outcome: 'appended', revision: event.revision, position: event.position }
      : refusal(head, decision.kind === 'stream_deleted' ? decision.kind : 'wrong_expected_version');
    await commit.durable();
    return outcome;
  };

  return {
    append,
    softDelete: (stream, expected) =>
      remove(stream, expected, (head) =>
        head.last < 0n && head.metadataBytes === undefined ? undefined : storeMetadata(stream, deletedMetadata()),
      ),
    tombstone: (stream, expected) =>
      remove(stream, expected, (head) => store(stream, head, [systemEvent('$streamDeleted', NOTHING)], TOMBSTONE)),
  };
};
