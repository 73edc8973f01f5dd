import { randomUUID } from 'node:crypto';
import type { EventLog, NewEvent } from '../log.ts';

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
  type: '$>',
  contentType: 'application/octet-stream',
  metadata: json(metadata),
  data: Buffer.from(target, 'utf8'),
});

/** Who may do what with the streams that groups keep for themselves: shown to clients, enforced by nobody here. */
const adminsOnly = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$admins', $mw: '$admins' };

/** Sets the metadata of one of the server's own streams. `$tb` and `$maxCount` are written as JSON numbers. */
export const writeStreamMetadata = async (
  log: EventLog,
  stream: string,
  metadata: { readonly $tb: number } | { readonly $maxCount: number },
): Promise<void> => {
  const event = jsonEvent('$metadata', { ...metadata, $acl: adminsOnly });
  await log.append({ stream: `$$${stream}`, expected: 'any', events: [event] });
};

/** Deletes one of the server's own streams softly, if it is there: the next append to it begins anew. */
export const deleteStream = async (log: EventLog, stream: string): Promise<void> => {
  if (log.readStream({ stream, from: 0n, direction: 'forwards', limit: 1 }).state !== 'live') return;
  const data = Buffer.from('{"$tb":9223372036854775807}', 'utf8');
  const event = { ...jsonEvent('$metadata', {}), data };
  await log.append({ stream: `$$${stream}`, expected: 'any', events: [event] });
};
