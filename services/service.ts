import type { TopicName } from '../domain/topics.ts';
import type { EventStore } from '../eventstore/connection.ts';
import { startConsumer, type Consumer, type ConsumerSettings } from '../eventstore/consumer.ts';
import type { Handler } from '../eventstore/delivery.ts';
import type { RunningService } from '../eventstore/health.ts';

/** A service that lives on topics is this table. */
export type Handlers<Names extends TopicName> = { readonly [Name in Names]: Handler<Name> };

export interface ServeOptions {
  readonly store: EventStore;
  /** Asked after something was away and before messages are taken again. */
  readonly probe?: () => Promise<void>;
  readonly settings?: Partial<ConsumerSettings>;
}

/** Starts one consumer for each line of the table. */
export const serve = <Names extends TopicName>(
  handlers: Handlers<Names>,
  options: ServeOptions,
): RunningService & { readonly consumers: Readonly<Record<Names, Consumer>> } => {
  const start = <Name extends Names>(topic: Name): Consumer =>
    startConsumer({ ...options, topic, handler: handlers[topic] });
  const names = Object.keys(handlers) as Names[];
  const consumers = Object.fromEntries(names.map((topic) => [topic, start(topic)])) as Record<Names, Consumer>;
  return {
    consumers,
    health: () => Object.fromEntries(names.map((topic) => [topic, consumers[topic].check()])),
    stop: async () => {
      await Promise.all(names.map((topic) => consumers[topic].stop()));
    },
  };
};
