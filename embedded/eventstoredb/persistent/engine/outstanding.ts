import type { Message } from './message.ts';

/** A message that a consumer has and has not answered for. */
export interface Outstanding<C> {
  readonly message: Message;
  readonly consumer: C;
  /** Milliseconds, on the engine's clock. */
  readonly deliveredAt: number;
}

/** The messages that are with consumers. `take…` removes what it returns. */
export interface OutstandingMessages<C> {
  readonly add: (message: Message, consumer: C, now: number) => void;
  readonly has: (id: string) => boolean;
  readonly take: (id: string) => Outstanding<C> | undefined;
  readonly takeExpired: (now: number) => Outstanding<C>[];
  readonly takeOf: (consumer: C) => Outstanding<C>[];
  readonly size: () => number;
}

/** @param timeoutMs how long a consumer may keep a message. */
export const createOutstandingMessages = <C>(timeoutMs: number): OutstandingMessages<C> => {
  // Every message has the same time-out, so the order of insertion is the order of expiry.
  const byId = new Map<string, Outstanding<C>>();

  const isExpired = (one: Outstanding<C>, now: number) => one.deliveredAt + timeoutMs <= now;

  const takeWhere = (wanted: (one: Outstanding<C>) => boolean) => {
    const taken = [...byId.values()].filter(wanted);
    for (const one of taken) byId.delete(one.message.id);
    return taken;
  };

  return {
    add: (message, consumer, now) => {
      byId.set(message.id, { message, consumer, deliveredAt: now });
    },
    has: (id) => byId.has(id),
    take: (id) => {
      const one = byId.get(id);
      byId.delete(id);
      return one;
    },
    takeExpired: (now) => {
      for (const oldest of byId.values()) {
        return isExpired(oldest, now) ? takeWhere((one) => isExpired(one, now)) : [];
      }
      return [];
    },
    takeOf: (consumer) => takeWhere((one) => one.consumer === consumer),
    size: () => byId.size,
  };
};
