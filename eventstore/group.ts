import {
  eventTypeFilter,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  type EventStoreDBClient,
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

const create = (client: EventStoreDBClient, topic: TopicName): Promise<void> =>
  client.createPersistentSubscriptionToAll(topic, groupSettings(topic), {
    filter: eventTypeFilter({ regex: filterOf(topic) }),
  });

/** What a newer version of this code may have changed and the group can take over; where it began is history. */
const changeable = ['messageTimeout', 'maxRetryCount', 'liveBufferSize', 'readBatchSize', 'historyBufferSize'] as const;

/** Gives a group that an older version made the settings of this one. Ends the sessions of its consumers: they come back. */
const adjust = async (client: EventStoreDBClient, topic: TopicName): Promise<void> => {
  const { settings } = await client.getPersistentSubscriptionToAllInfo(topic);
  const wanted = groupSettings(topic);
  if (changeable.every((name) => settings[name] === wanted[name])) return;
  await client.updatePersistentSubscriptionToAll(topic, wanted);
};

/**
 * Makes the topic's group where it does not exist yet. Any number of consumers may do so at once. A group keeps its filter
 * for life: a topic with other events is a new topic.
 */
export const ensureGroup = (store: EventStore, topic: TopicName): Promise<void> =>
  store.run(async (client) => {
    try {
      await create(client, topic);
    } catch (error) {
      if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
      await adjust(client, topic);
    }
  });
