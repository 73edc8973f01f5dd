import { randomUUID } from 'node:crypto';
import { deletedMetadata, METADATA_TYPE, metastreamOf } from '../eventLog/streamMetadata.ts';
import type { EventLog, NewEvent, StreamPage } from '../log.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import { LINK_TYPE } from '../storedEvent.ts';

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

/** An event with JSON data, as the server writes them for itself. */
export const jsonEvent = (type: string, data: unknown): NewEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  metadata: new Uint8Array(),
  data: json(data),
});

/** A link to `target` (`N@stream`), with JSON metadata of its own. */
export const linkEvent = (target: string, metadata: unknown): NewEvent => ({
  id: randomUUID(),
  type: LINK_TYPE,
  contentType: 'application/octet-stream',
  metadata: json(metadata),
  data: Buffer.from(target, 'utf8'),
});

/** The last event of one of the server's own streams, if there is one. */
export const readLast = (log: EventLog, stream: string): StreamPage =>
  log.readStream({ stream, from: TOMBSTONE, direction: 'backwards', limit: 1 });

/**
 * Appends to one of the server's own streams, whatever stands there.
 * @throws Error (rejects) when somebody has tombstoned the stream; StorageFailure when the log refuses.
 */
export const appendSystemEvent = async (log: EventLog, stream: string, event: NewEvent): Promise<void> => {
  const { outcome } = await log.append({ stream, expected: 'any', events: [event] });
  if (outcome !== 'appended') throw new Error(`Expected to append to ${stream}, found ${outcome}.`);
};

/** Who may do what with the streams that groups keep for themselves: shown to clients, enforced by nobody here. */
const adminsOnly = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' };

/** Sets the metadata of one of the server's own streams. `$tb` and `$maxCount` are written as JSON numbers. */
export const writeStreamMetadata = async (
  log: EventLog,
  stream: string,
  metadata: { readonly $tb: number } | { readonly $maxCount: number },
): Promise<void> => {
  await appendSystemEvent(log, metastreamOf(stream), jsonEvent(METADATA_TYPE, { ...metadata, $acl: adminsOnly }));
};

/** Deletes one of the server's own streams softly, if it is there: the next append to it begins anew. */
export const deleteStream = async (log: EventLog, stream: string): Promise<void> => {
  if (log.readStream({ stream, from: 0n, direction: 'forwards', limit: 1 }).state !== 'live') return;
  await appendSystemEvent(log, metastreamOf(stream), { ...jsonEvent(METADATA_TYPE, {}), data: deletedMetadata() });
};
