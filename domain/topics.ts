import type { EventType } from './events.ts';

/** Settings of a persistent subscription group; times in milliseconds. */
export interface TopicSettings {
  /** Longer than the longest path of any handler: past it the server delivers again. */
  readonly messageTimeout: number;
  /** Messages a consumer holds at once. */
  readonly inFlight: number;
}

interface Topic {
  /** Events that go out on this topic. `RedriveRequested` always does, too. */
  readonly events: ReadonlyArray<EventType>;
  readonly settings: TopicSettings;
}

const settings: TopicSettings = { messageTimeout: 60_000, inFlight: 128 };

/**
 * The topics. Each is a persistent subscription to `$all` whose group has the topic's name and whose filter lets through
 * exactly these event types: the event in its owner's stream is the message. Every group starts at the first event of
 * the log, so that what came before it is delivered too.
 */
export const topics = {
  'orders.create': { events: ['OrderCreateRequested'], settings },
  'orders.pending': { events: ['OrderPending'], settings },
  'billing.payments': { events: ['PaymentProcessed'], settings },
  'notifications.orders': {
    events: ['OrderPaid', 'OrderCancelled'],
    settings: { messageTimeout: 120_000, inFlight: 64 },
  },
  'wallets.deposits': { events: ['DepositRequested'], settings },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

/** Types of the events that go out on a topic. */
export type EventOn<Name extends TopicName> = (typeof topics)[Name]['events'][number];

export const topicNames = Object.keys(topics) as ReadonlyArray<TopicName>;

/** Anchored, because a plain prefix `OrderPaid` would also let `OrderPaidTwice` through. */
export const filterOf = (name: TopicName): string => `^(${[...topics[name].events, 'RedriveRequested'].join('|')})$`;
