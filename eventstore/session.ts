import type {
  EventStoreDBClient,
  PersistentSubscriptionToAll,
  PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client';
import { setMaxListeners } from 'node:events';
import { topics, type TopicName } from '../domain/topics.ts';
import { isAnswer } from './answers.ts';
import type { EventStore } from './connection.ts';
import { messageOf, Unavailable } from './faults.ts';
import { createSettlement, type Settlement } from './settlement.ts';
import { watch } from './watchdog.ts';

/** One subscription from its confirmation to its end. */
export interface Session {
  readonly topic: TopicName;
  /** Whether it takes one message at a time. */
  readonly careful: boolean;
  readonly settlement: Settlement;
  /** Aborts when the session takes no more work. */
  readonly ending: AbortSignal;
  /** Ends the session: nothing new is begun, and what was not answered will be delivered again. */
  readonly end: (why: unknown) => void;
}

export interface SessionOptions {
  readonly store: EventStore;
  readonly topic: TopicName;
  /** Takes one message at a time: should the process end, it is clear which one was in hand. */
  readonly careful: boolean;
  /** Milliseconds between two looks of the watchdog. */
  readonly watchdogInterval: number;
  readonly onConfirmed: () => void;
  /** Handles and answers one delivery; never rejects. */
  readonly onDelivery: (delivery: PersistentSubscriptionToAllResolvedEvent, session: Session) => Promise<void>;
}

const listen = (
  subscription: PersistentSubscriptionToAll,
  lost: (why: unknown) => void,
  confirmed: () => void,
): void => {
  subscription.on('confirmation', confirmed);
  subscription.on('error', lost);
  subscription.on('end', () => lost(new Error('the server ended the subscription')));
  subscription.on('close', () => lost(new Error('the subscription was closed')));
};

const letGo = async (subscription: PersistentSubscriptionToAll, store: EventStore, topic: TopicName): Promise<void> => {
  try {
    await subscription.unsubscribe();
  } catch (error) {
    store.log.debug({ topic, err: messageOf(error) }, 'nothing to unsubscribe from');
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * Consumes a topic until the subscription is lost, `end` is called or `stopping` aborts, then lets the handlers in hand
 * finish. Resolves with why it ended.
 */
export const consume = async (options: SessionOptions, stopping: AbortSignal): Promise<unknown> => {
  const { store, topic, careful, onDelivery, watchdogInterval } = options;
  const client: EventStoreDBClient = await store.run((usable) => Promise.resolve(usable));
  const subscription = client.subscribeToPersistentSubscriptionToAll(topic, {
    bufferSize: careful ? 1 : topics[topic].settings.inFlight,
  });
  const notSent = (error: unknown): void => store.log.warn({ topic, err: messageOf(error) }, 'answer not sent');
  const settlement = createSettlement(subscription, notSent);
  const inHand = new Set<Promise<void>>();
  const ending = new AbortController();
  // Every message in hand may wait for it.
  setMaxListeners(0, ending.signal);
  let received = 0;

  const end = (why: unknown): void => ending.abort(why);
  const lost = (why: unknown): void => {
    if (ending.signal.aborted) return;
    if (!isAnswer(why)) store.renew(client, why);
    end(new Unavailable('event store', why));
  };
  const session: Session = { topic, careful, settlement, ending: ending.signal, end };
  const deliver = (delivery: PersistentSubscriptionToAllResolvedEvent): void => {
    received += 1;
    if (ending.signal.aborted) return;
    const handling = onDelivery(delivery, session);
    inHand.add(handling);
    void handling.finally(() => inHand.delete(handling));
  };

  subscription.on('data', deliver);
  listen(subscription, lost, options.onConfirmed);
  const watched = { store, topic, received: () => received, interval: watchdogInterval };
  void watch(watched, ending.signal).then((fault) => fault !== undefined && lost(new Error(fault)));

  stopping.addEventListener('abort', () => end(stopping.reason), { once: true, signal: ending.signal });
  if (stopping.aborted) end(stopping.reason);
  await aborted(ending.signal);
  await Promise.all(inHand);
  await settlement.flushed();
  await letGo(subscription, store, topic);
  return ending.signal.reason;
};
