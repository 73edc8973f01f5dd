import type { PersistentSubscriptionToAll, PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client';

/** Answers the server about deliveries; acks of one turn of the event loop go out as one frame. */
export interface Settlement {
  readonly ack: (delivery: PersistentSubscriptionToAllResolvedEvent) => void;
  readonly park: (delivery: PersistentSubscriptionToAllResolvedEvent, reason: string) => void;
  readonly retry: (delivery: PersistentSubscriptionToAllResolvedEvent, reason: string) => void;
  /** Resolves when every answer so far was handed to the connection. */
  readonly flushed: () => Promise<void>;
}

/** `failed` hears when an answer could not be sent; the server will then deliver again, so nothing is lost. */
export const createSettlement = (
  subscription: PersistentSubscriptionToAll,
  failed: (error: unknown) => void,
): Settlement => {
  let acks: PersistentSubscriptionToAllResolvedEvent[] = [];
  let sent: Promise<unknown> = Promise.resolve();

  const send = (answer: Promise<void>): void => {
    sent = Promise.all([sent, answer.catch(failed)]);
  };
  const flush = (): void => {
    if (acks.length === 0) return;
    const batch = acks;
    acks = [];
    send(subscription.ack(...batch));
  };

  return {
    ack: (delivery) => {
      if (acks.length === 0) setImmediate(flush);
      acks.push(delivery);
    },
    park: (delivery, reason) => send(subscription.nack('park', reason, delivery)),
    retry: (delivery, reason) => send(subscription.nack('retry', reason, delivery)),
    flushed: async () => {
      flush();
      await sent;
    },
  };
};
