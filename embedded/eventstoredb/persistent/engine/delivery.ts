import type { GroupSettings } from '../settings.ts';
import { createConsumer, type Consumer, type ConsumerPort } from './consumer.ts';
import type { Message } from './message.ts';
import { createOutstandingMessages, type Outstanding } from './outstanding.ts';
import type { Offered } from './queue.ts';
import { createStrategy } from './strategies.ts';

/** The consumers of a group and the messages that are with them. A message taken back frees its consumer's slot. */
export interface Delivery {
  /** @returns false when the group has as many consumers as it may have. */
  readonly connect: (port: ConsumerPort) => boolean;
  /** @returns the messages the consumer had. */
  readonly disconnect: (port: ConsumerPort) => readonly Message[];
  readonly dropAll: () => void;
  readonly offer: (message: Message) => Offered;
  readonly takeBack: (id: string) => Message | undefined;
  readonly takeBackExpired: () => readonly Message[];
  readonly consumers: () => readonly Consumer[];
  readonly hasConsumers: () => boolean;
  readonly outstanding: () => number;
  /** Deliveries so far, repeated ones included. */
  readonly totalItems: () => number;
}

export type DeliverySettings = Pick<
  GroupSettings,
  'strategy' | 'maxSubscriberCount' | 'messageTimeoutMs' | 'extraStatistics'
>;

/** @param now milliseconds. */
export const createDelivery = (settings: DeliverySettings, now: () => number): Delivery => {
  const strategy = createStrategy(settings.strategy);
  const outstanding = createOutstandingMessages<Consumer>(settings.messageTimeoutMs);
  const consumers = new Map<ConsumerPort, Consumer>();
  let totalItems = 0;

  const send = (message: Message, consumer: Consumer) => {
    consumer.inFlight += 1;
    consumer.totalItems += 1;
    totalItems += 1;
    outstanding.add(message, consumer, now());
    consumer.port.send(message);
  };

  const release = ({ message, consumer, deliveredAt }: Outstanding<Consumer>): Message => {
    consumer.inFlight -= 1;
    consumer.latencies.add(now() - deliveredAt);
    strategy.released(consumer, message);
    return message;
  };

  return {
    connect: (port) => {
      if (settings.maxSubscriberCount !== 0 && consumers.size >= settings.maxSubscriberCount) return false;
      const consumer = createConsumer(port, settings.extraStatistics);
      consumers.set(port, consumer);
      strategy.added(consumer);
      return true;
    },
    disconnect: (port) => {
      const consumer = consumers.get(port);
      if (consumer === undefined) return [];
      consumers.delete(port);
      strategy.removed(consumer);
      return outstanding.takeOf(consumer).map(({ message }) => message);
    },
    dropAll: () => {
      const ports = [...consumers.keys()];
      consumers.clear();
      for (const port of ports) port.drop();
    },
    offer: (message) => {
      // Consumers answer by event id, so two messages with the same id cannot be out at the same time.
      if (outstanding.has(message.id)) return 'skipped';
      const choice = strategy.choose(message);
      if (choice === 'skipped' || choice === 'full') return choice;
      send(message, choice);
      return 'sent';
    },
    takeBack: (id) => {
      const one = outstanding.take(id);
      return one && release(one);
    },
    takeBackExpired: () => outstanding.takeExpired(now()).map(release),
    consumers: () => [...consumers.values()],
    hasConsumers: () => consumers.size > 0,
    outstanding: () => outstanding.size(),
    totalItems: () => totalItems,
  };
};
