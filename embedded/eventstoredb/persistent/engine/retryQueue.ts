import type { Message } from './message.ts';
import { offerInOrder, type Offer } from './queue.ts';

/** Messages that wait to be delivered again: by place first, then the replayed parked ones in the order they came. */
export interface RetryQueue {
  readonly add: (message: Message) => void;
  /** @returns false when nobody has room. */
  readonly offer: (offer: Offer) => boolean;
  readonly size: () => number;
}

export const createRetryQueue = (): RetryQueue => {
  const byPlace: Message[] = [];
  const replayed: Message[] = [];

  const insert = (message: Message, place: bigint) => {
    // Most messages come back in the order they went out, so the right index is near the end.
    let index = byPlace.length;
    while (index > 0 && (byPlace[index - 1]?.place ?? 0n) > place) index -= 1;
    byPlace.splice(index, 0, message);
  };

  return {
    add: (message) => {
      if (message.place === undefined) replayed.push(message);
      else insert(message, message.place);
    },
    offer: (offer) => offerInOrder(byPlace, offer) && offerInOrder(replayed, offer),
    size: () => byPlace.length + replayed.length,
  };
};
