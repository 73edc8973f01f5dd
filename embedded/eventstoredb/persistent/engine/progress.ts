import type { Message } from './message.ts';

/** How far a group has got: `count` events of its source are done with, the last of them at `place`. */
export interface Completed {
  readonly count: number;
  /** Undefined as long as nothing is completed. */
  readonly place: bigint | undefined;
}

/** Knows which messages of the source are not done with yet, and so the place before the lowest of them. */
export interface Progress {
  /** The next message of the source begins. */
  readonly begin: (message: Message) => void;
  /** The next `count` events, up to `place`, are not for this group. */
  readonly pass: (place: bigint, count: number) => void;
  /** The message is acknowledged, skipped or durably parked. */
  readonly finish: (message: Message) => void;
  /** Everything up to here is done with. */
  readonly completed: () => Completed;
}

/** @param checkpoint the place up to which everything was done with before, if any. */
export const createProgress = (checkpoint: bigint | undefined): Progress => {
  let last: Completed = { count: 0, place: checkpoint };
  // In the order of the source; the value is what was before the message. The first key is the lowest message.
  const before = new Map<Message, Completed>();

  const advance = (place: bigint, count: number) => {
    last = { count: last.count + count, place };
  };

  return {
    begin: (message) => {
      if (message.place === undefined) throw new TypeError('A replayed message is no part of the source.');
      before.set(message, last);
      advance(message.place, 1);
    },
    pass: advance,
    finish: (message) => void before.delete(message),
    completed: () => {
      for (const lowest of before.values()) return lowest;
      return last;
    },
  };
};
