import {
  eventTypeFilter,
  START,
  type AllStreamRecordedEvent,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
} from '@eventstore/db-client';
import type { RecordedEvent } from '../domain/events.ts';
import { filterOf, type TopicName } from '../domain/topics.ts';
import { decode, isForeign } from './codec.ts';
import type { EventStore } from './connection.ts';
import { Undecodable } from './faults.ts';

const search = (subscription: AllStreamSubscription, id: string): Promise<AllStreamRecordedEvent | undefined> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the event store ended the search'));
    subscription.on('error', reject);
    subscription.on('end', ended);
    subscription.on('close', ended);
    let unread = Infinity;
    const look = (): void => {
      if (unread <= 0) resolve(undefined);
    };
    // "Caught up" overtakes events that wait in the stream's buffer.
    subscription.on('caughtUp', () => {
      unread = subscription.readableLength;
      look();
    });
    subscription.on('data', ({ event }: AllStreamResolvedEvent) => {
      unread -= 1;
      if (event?.id === id) resolve(event);
      look();
    });
  });

/**
 * The event with this id among those that go out on `topic`, or undefined when the log holds none. Ids are no index of
 * the store's: this reads the topic's events from the first one.
 * @throws Undecodable when it is there but cannot be read by this code, or is not ours.
 */
export const findOnTopic = async (
  store: EventStore,
  topic: TopicName,
  id: string,
): Promise<RecordedEvent | undefined> => {
  const event = await store.run(async (client) => {
    const filter = eventTypeFilter({ regex: filterOf(topic) });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    try {
      return await search(subscription, id);
    } finally {
      subscription.on('error', () => undefined);
      await subscription.unsubscribe();
    }
  });
  if (event === undefined) return undefined;
  const decoded = decode(event);
  if (isForeign(decoded)) throw new Undecodable(decoded.foreign);
  return decoded;
};
