import { freeSlots, type Consumer } from './consumer.ts';
import { subjectOf, type Message } from './message.ts';
import { createPinning } from './pinning.ts';
import { correlationOf, sourceStreamOf } from './pinKeys.ts';

/** The strategies' names on the wire and in the stored configuration. */
export const strategyNames = ['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation'] as const;
export type StrategyName = (typeof strategyNames)[number];

export const isStrategyName = (name: string): name is StrategyName => strategyNames.some((known) => known === name);

/** Chooses the consumer for a message. */
export interface Strategy {
  readonly added: (consumer: Consumer) => void;
  readonly removed: (consumer: Consumer) => void;
  /** A consumer with a free slot, who will get the message; or that it must wait for its own; or that nobody has room. */
  readonly choose: (message: Message) => Consumer | 'skipped' | 'full';
  /** The consumer no longer has the message. */
  readonly released: (consumer: Consumer, message: Message) => void;
}

/** @param stay keep to the first consumer while it has room, instead of going on to the next after each message. */
const createRotation = (stay: boolean): Strategy => {
  const ring: Consumer[] = [];
  const rotate = () => {
    const first = ring.shift();
    if (first !== undefined) ring.push(first);
  };
  return {
    added: (consumer) => void ring.push(consumer),
    removed: (consumer) => void ring.splice(ring.indexOf(consumer), 1),
    choose: () => {
      for (let tried = 0; tried < ring.length; tried += 1) {
        const [first] = ring;
        const hasRoom = first !== undefined && freeSlots(first) > 0;
        if (!hasRoom || !stay) rotate();
        if (hasRoom) return first;
      }
      return 'full';
    },
    released: () => undefined,
  };
};

export const createStrategy = (name: StrategyName): Strategy => {
  switch (name) {
    case 'RoundRobin':
      return createRotation(false);
    case 'DispatchToSingle':
      return createRotation(true);
    case 'Pinned':
      return createPinning(sourceStreamOf);
    case 'PinnedByCorrelation':
      return createPinning((message) => correlationOf(subjectOf(message)) ?? sourceStreamOf(message));
  }
};
