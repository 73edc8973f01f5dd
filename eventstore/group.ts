import {
  eventTypeFilter,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  type PersistentSubscriptionToAllSettings,
} from '@eventstore/db-client';
import { filterOf, topics, type TopicName } from '../domain/topics.ts';
import type { EventStore } from './connection.ts';

/** The largest count the protocol can carry: the server never parks by itself, the consumer does. */
const never = 2 ** 31 - 1;

/** Every setting of a topic's group. `checkPointAfter` and `messageTimeout` in milliseconds. */
export const groupSettings = (topic: TopicName): PersistentSubscriptionToAllSettings =>
  persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    resolveLinkTos: false,
    extraStatistics: false,
    messageTimeout: topics[topic].settings.messageTimeout,
    maxRetryCount: never,
    checkPointAfter: 1_000,
    checkPointLowerBound: 1,
    checkPointUpperBound: 1_000,
    maxSubscriberCount: 0,
    liveBufferSize: 1_000,
    readBatchSize: 100,
    historyBufferSize: 1_000,
    consumerStrategyName: 'RoundRobin',
  });

/** Makes the topic's group where it does not exist yet. Any number of consumers may do so at once. */
export const ensureGroup = (store: EventStore, topic: TopicName): Promise<void> =>
  store.run(async (client) => {
    try {
      await client.createPersistentSubscriptionToAll(topic, groupSettings(topic), {
        filter: eventTypeFilter({ regex: filterOf(topic) }),
      });
    } catch (error) {
      if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
    }
  });
