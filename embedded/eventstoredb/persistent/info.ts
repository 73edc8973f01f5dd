import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import { freeSlots, type Consumer } from './engine/consumer.ts';
import type { HostedGroup } from './hostedGroup.ts';
import { formatPlace, nameOf } from './source.ts';
import type { Rate } from './rates.ts';

const connectionInfo = (consumer: Consumer, { perSecond, sinceLast }: Rate) => {
  const { port, inFlight, totalItems } = consumer;
  return new persistent.SubscriptionInfo.ConnectionInfo()
    .setFrom(port.address)
    .setUsername(port.username)
    .setConnectionName(port.connectionName)
    .setTotalItems(String(totalItems))
    .setCountSinceLastMeasurement(String(sinceLast))
    .setAverageItemsPerSecond(perSecond)
    .setAvailableSlots(freeSlots(consumer))
    .setInFlightMessages(inFlight)
    .setObservedMeasurementsList(
      consumer.latencies.measurements().map(({ key, value }) => {
        return new persistent.SubscriptionInfo.Measurement().setKey(key).setValue(String(value));
      }),
    );
};

const withSettings = (info: persistent.SubscriptionInfo, { definition }: HostedGroup) => {
  const { settings } = definition;
  return info
    .setEventSource(nameOf(definition.source))
    .setGroupName(definition.group)
    .setStartFrom(definition.startFrom)
    .setResolveLinkTos(settings.resolveLinks)
    .setExtraStatistics(settings.extraStatistics)
    .setMessageTimeoutMilliseconds(settings.messageTimeoutMs)
    .setMaxRetryCount(settings.maxRetryCount)
    .setCheckPointAfterMilliseconds(settings.checkpointAfterMs)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setNamedConsumerStrategy(settings.strategy);
};

/** A group as clients see it. Unknown positions are the empty string. Rates are counted since the last call. */
export const subscriptionInfo = (group: HostedGroup): persistent.SubscriptionInfo => {
  const { source } = group.definition;
  const counts = group.counts();
  const consumers = group.consumers();
  const { perSecond, sinceLast } = group.rates.measure(group, counts.totalItems);
  const place = (known: bigint | undefined) => (known === undefined ? '' : formatPlace(source, known));
  return withSettings(new persistent.SubscriptionInfo(), group)
    .setStatus(counts.live ? 'Live' : 'Behind')
    .setConnectionsList(
      consumers.map((consumer) => connectionInfo(consumer, group.rates.measure(consumer, consumer.totalItems))),
    )
    .setAveragePerSecond(perSecond)
    .setTotalItems(String(counts.totalItems))
    .setCountSinceLastMeasurement(String(sinceLast))
    .setLastCheckpointedEventPosition(place(counts.lastCheckpoint))
    .setLastKnownEventPosition(place(counts.lastKnown))
    .setReadBufferCount(counts.buffered)
    .setLiveBufferCount(String(counts.liveBuffered))
    .setRetryBufferCount(counts.retrying)
    .setTotalInFlightMessages(consumers.reduce((sum, { inFlight }) => sum + inFlight, 0))
    .setOutstandingMessagesCount(counts.outstanding)
    .setParkedMessageCount(String(group.parkedCount()));
};
