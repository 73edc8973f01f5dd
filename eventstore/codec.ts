import { jsonEvent, type EventData, type RecordedEvent as StoredEvent } from '@eventstore/db-client';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { events, isEventType, read, type DomainEvent, type EventType, type RecordedEvent } from '../domain/events.ts';
import { faultsOf } from '../domain/faults.ts';
import { Metadata } from '../domain/metadata.ts';
import { isIn } from '../domain/streams.ts';
import { NewerVersion, Undecodable } from './faults.ts';

/** An event that is about to be appended. */
export type NewEvent = DomainEvent & { readonly id: string; readonly metadata: Metadata };

/** The event as the client wants it. */
export const encode = ({ id, type, data, metadata }: NewEvent): EventData => jsonEvent({ id, type, data, metadata });

/** Not one of ours: another application's type, or an event that does not stand in its owner's stream. */
export interface Foreign {
  readonly foreign: string;
}

export type Decoded = RecordedEvent | Foreign;

export const isForeign = (decoded: Decoded): decoded is Foreign => 'foreign' in decoded;

const at = (event: StoredEvent): string => `${event.type} at ${event.streamId}@${event.revision}`;

const accept = <A>(decoded: t.Validation<A>, event: StoredEvent, what: string): A => {
  if (E.isRight(decoded)) return decoded.right;
  const faults = faultsOf(decoded.left).map(({ pointer, detail }) => `${pointer} ${detail}`);
  throw new Undecodable(`${what} of ${at(event)}: ${faults.join('; ')}`);
};

const versionOf = (metadata: unknown): number | undefined => {
  if (typeof metadata !== 'object' || metadata === null || !('version' in metadata)) return undefined;
  return typeof metadata.version === 'number' ? metadata.version : undefined;
};

const refuseNewer = (event: StoredEvent, type: EventType): void => {
  const version = versionOf(event.metadata);
  const known = events[type].version;
  if (version !== undefined && version > known)
    throw new NewerVersion(`${at(event)} has version ${version}, this code knows ${known}: upgrade it and start again`);
};

/**
 * Reads an event of the log. Unknown fields are dropped.
 * @throws NewerVersion when newer code wrote it.
 * @throws Undecodable when its codec refuses data or metadata; the message lists every fault.
 */
export const decode = (event: StoredEvent): Decoded => {
  const { type } = event;
  if (!isEventType(type)) return { foreign: `event type ${type} is not ours` };
  const { category } = events[type];
  // Before anything is said about its contents: another application may have given the same name to something else.
  if (!isIn(category, event.streamId)) return { foreign: `${at(event)} stands in no ${category} stream of ours` };
  refuseNewer(event, type);
  const metadata = accept(Metadata.decode(event.metadata), event, 'metadata');
  const { event: domainEvent, stream } = accept(read(type, event.data), event, 'data');
  if (stream !== event.streamId) return { foreign: `${at(event)} belongs into ${stream}` };
  return {
    ...domainEvent,
    id: event.id,
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position?.commit ?? 0n,
    created: event.created,
    metadata,
  };
};
