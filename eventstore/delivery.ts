import type { PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client';
import type { EventOf, RecordedEvent } from '../domain/events.ts';
import { topics, type EventOn, type TopicName } from '../domain/topics.ts';
import { decode, isForeign } from './codec.ts';
import type { EventStore } from './connection.ts';
import { Undecodable } from './faults.ts';
import { ignored, parked, type Outcome } from './outcome.ts';
import { readEvent } from './read.ts';

/** What a handler learns beside the message. */
export interface Delivery {
  /** Milliseconds since the epoch after which the server will deliver the message to somebody else. */
  readonly deadline: number;
  /** Aborts when what is not begun yet should not be begun any more. */
  readonly ending: AbortSignal;
}

/** Handles one message of a topic; must be safe to call any number of times with the same message, in any order. */
export type Handler<Name extends TopicName> = (
  message: RecordedEvent<EventOn<Name>>,
  delivery: Delivery,
) => Promise<Outcome>;

type Message<Name extends TopicName> = RecordedEvent<EventOn<Name>>;

const isMessageOf = <Name extends TopicName>(topic: Name, event: RecordedEvent): event is Message<Name> =>
  topics[topic].events.some((type) => type === event.type);

/**
 * A message that the server replays from its parked ones arrives as a link and with the link's position, so it is read
 * again where it stands.
 */
const standing = async (
  store: EventStore,
  { event, link }: PersistentSubscriptionToAllResolvedEvent,
): Promise<RecordedEvent | Outcome> => {
  if (event === undefined) return parked(`${link?.streamId}@${link?.revision} links to an event that is gone`);
  const decoded = decode(event);
  if (isForeign(decoded)) return ignored(decoded.foreign);
  if (link === undefined) return decoded;
  const original = await readEvent(store, decoded.stream, decoded.revision);
  return original ?? parked(`${decoded.stream}@${decoded.revision} is gone`);
};

const at = ({ stream, revision }: EventOf<'RedriveRequested'>['data']): string => `${stream}@${revision}`;

/** The message that a redrive asks for, when it asks this topic. */
const redriven = async <Name extends TopicName>(
  store: EventStore,
  topic: Name,
  { data }: EventOf<'RedriveRequested'>,
): Promise<Message<Name> | Outcome> => {
  if (data.topic !== topic) return ignored(`a redrive on ${data.topic}`);
  const event = await readEvent(store, data.stream, data.revision);
  if (event === undefined) return parked(`Expected event ${data.eventId} at ${at(data)}, found nothing`);
  if (event.id !== data.eventId) return parked(`Expected event ${data.eventId} at ${at(data)}, found ${event.id}`);
  if (isMessageOf(topic, event)) return event;
  return parked(`Expected ${topics[topic].events.join(' or ')} at ${at(data)}, found ${event.type}`);
};

/**
 * What a delivery asks of a topic's handler: a message, or the outcome at once when there is nothing to handle.
 * @throws NewerVersion, Unavailable
 */
export const open = async <Name extends TopicName>(
  store: EventStore,
  topic: Name,
  resolved: PersistentSubscriptionToAllResolvedEvent,
): Promise<Message<Name> | Outcome> => {
  try {
    const event = await standing(store, resolved);
    if ('kind' in event) return event;
    if (event.type === 'RedriveRequested') return await redriven(store, topic, event);
    return isMessageOf(topic, event) ? event : ignored(`${event.type} is not a message of ${topic}`);
  } catch (error) {
    if (error instanceof Undecodable) return parked(error.message);
    throw error;
  }
};
