import { eventTypeFilter, START, type AllStreamResolvedEvent, type AllStreamSubscription } from '@eventstore/db-client';
import type { RecordedEvent } from '../domain/events.ts';
import { filterOf, type TopicName } from '../domain/topics.ts';
import { decode, isForeign } from './codec.ts';
import type { EventStore } from './connection.ts';

const matches = ({ event }: AllStreamResolvedEvent, id: string): boolean => event?.id === id;

const search = (subscription: AllStreamSubscription, id: string): Promise<RecordedEvent | undefined> =>
  new Promise((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('caughtUp', () => resolve(undefined));
    subscription.on('data', (resolved: AllStreamResolvedEvent) => {
      if (!matches(resolved, id) || resolved.event === undefined) return;
      const decoded = decode(resolved.event);
      if (isForeign(decoded)) reject(new Error(decoded.foreign));
      else resolve(decoded);
    });
  });

/**
 * The event with this id among those that go out on `topic`, or undefined when the log holds none. Ids are no index of
 * the store's: this reads the topic's events from the first one.
 */
export const findOnTopic = (store: EventStore, topic: TopicName, id: string): Promise<RecordedEvent | undefined> =>
  store.run(async (client) => {
    const filter = eventTypeFilter({ regex: filterOf(topic) });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    try {
      return await search(subscription, id);
    } finally {
      await subscription.unsubscribe();
    }
  });
