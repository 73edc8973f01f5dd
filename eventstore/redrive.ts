import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../domain/events.ts';
import { redriveStream } from '../domain/streams.ts';
import { topics, type TopicName } from '../domain/topics.ts';
import { append } from './append.ts';
import { causedBy } from './causation.ts';
import type { NewEvent } from './codec.ts';
import type { EventStore } from './connection.ts';
import { findOnTopic } from './find.ts';
import { readForwards } from './read.ts';

export interface RedriveRequest {
  readonly topic: TopicName;
  /** Id of the event that is to be handled once more. */
  readonly eventId: string;
  /** Who asks, and why. */
  readonly by: string;
  readonly reason: string;
}

const requestOf = (event: RecordedEvent, { topic, eventId, by, reason }: RedriveRequest): NewEvent => {
  const id = randomUUID();
  return {
    type: 'RedriveRequested',
    data: { eventId, topic, stream: event.stream, revision: event.revision, by, reason },
    id,
    metadata: causedBy(event, 'RedriveRequested', id, { subject: by, role: 'operator' }),
  };
};

/** Appends `request` behind whatever other redrives of the same event there are. */
const record = async (store: EventStore, request: NewEvent, stream: string): Promise<void> => {
  const before = await readForwards(store, stream);
  const result = await append(store, stream, before.length - 1, [request]);
  if (E.isLeft(result)) await record(store, request, stream);
};

/**
 * Has a topic handle one of its events once more, as if just delivered: appends a `RedriveRequested`, which every topic
 * lets through and the named one obeys. Safe at any time: what was already handled is not handled twice.
 * @throws Error when the log holds no such event on that topic.
 */
export const redrive = async (store: EventStore, request: RedriveRequest): Promise<NewEvent> => {
  const { topic, eventId } = request;
  const event = await findOnTopic(store, topic, eventId);
  if (event === undefined)
    throw new Error(`Expected ${topics[topic].events.join(' or ')} with id ${eventId} in the log, found none`);
  const requested = requestOf(event, request);
  await record(store, requested, redriveStream(eventId));
  return requested;
};
