import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  jsonEvent,
  type BinaryEventType,
  type EventData,
  type EventStoreDBClient,
  type JSONEventType,
  type Position,
  type ReadStreamOptions,
  type ResolvedEvent,
  type StreamingRead,
} from '@eventstore/db-client';

export type Json = JSONEventType<string, Record<string, unknown>, Record<string, unknown>>;

/** The number the server gives to a tombstone, and writes as `$tb` of a soft-deleted stream: the largest int64. */
export const lastNumber = 9223372036854775807n;

/** A name that nobody used before, so that the tests can share a server with others. */
export const newName = (prefix: string): string => `${prefix}-${randomUUID()}`;

/** A word of letters and digits that nobody used before, for types and names in filters. */
export const newWord = (): string => `W${randomUUID().replaceAll('-', '')}`;

/** An event to append; pass an id to append "the same event" twice. */
export const anEvent = (type = 'Tested', id: string = randomUUID()): EventData<Json> =>
  jsonEvent<Json>({ id, type, data: { note: 'a test' }, metadata: {} });

export const events = (count: number, type = 'Tested'): EventData<Json>[] =>
  Array.from({ length: count }, () => anEvent(type));

/** An event whose data are `size` bytes long. */
export const anEventOfSize = (size: number, metadata?: Record<string, unknown>): EventData<BinaryEventType> =>
  binaryEvent({ type: 'Sized', data: new Uint8Array(size), metadata });

/** A link to an event, as the server itself writes them: type `$>`, data `number@stream`. */
export const aLinkTo = (stream: string, revision: bigint | number): EventData<BinaryEventType> =>
  binaryEvent({ type: '$>', data: Buffer.from(`${revision}@${stream}`) });

/** Appends that many events to a new stream, and says its name. */
export const newStreamOf = async (client: EventStoreDBClient, count: number): Promise<string> => {
  const name = newName('stream');
  await client.appendToStream(name, events(count));
  return name;
};

/** Appends an event to a stream of its own, and says where in the log it stands. */
export const appendOne = async (client: EventStoreDBClient): Promise<{ id: string; position: Position }> => {
  const event = anEvent();
  const { position } = await client.appendToStream(newName('stream'), event);
  if (position === undefined) throw new Error('expected an append to answer with a position, found none');
  return { id: event.id, position };
};

/** A position that everything appended later stands behind. */
export const mark = async (client: EventStoreDBClient): Promise<Position> => (await appendOne(client)).position;

/** Everything a read gives. */
export const allOf = async <E>(read: StreamingRead<E>): Promise<E[]> => {
  const found: E[] = [];
  for await (const event of read) found.push(event);
  return found;
};

export const readAllOf = (client: EventStoreDBClient, stream: string, options: ReadStreamOptions = {}) =>
  allOf(client.readStream<Json>(stream, options));

/** The ids of what a stream shows, oldest first. */
export const idsIn = async (client: EventStoreDBClient, stream: string): Promise<string[]> =>
  idsOf(await readAllOf(client, stream));

export const idsOf = (found: readonly ResolvedEvent[]): string[] => found.map(({ event }) => event?.id ?? 'no event');

export const revisionsOf = (found: readonly ResolvedEvent[]): (bigint | undefined)[] =>
  found.map(({ event }) => event?.revision);
