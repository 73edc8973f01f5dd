import type { Message } from './message.ts';

/** What became of a message that was offered: with a consumer, not for those who have room now, or nobody has room. */
export type Offered = 'sent' | 'skipped' | 'full';

/** Tries to give the message to a consumer. */
export type Offer = (message: Message) => Offered;

/**
 * Offers the messages in order and removes those that were sent, until nobody has room.
 * @returns false when nobody has room, so that there is no use in offering more.
 */
export const offerInOrder = (queue: Message[], offer: Offer): boolean => {
  let offered = 0;
  let kept = 0;
  let full = false;
  for (const message of queue) {
    const outcome = offer(message);
    full = outcome === 'full';
    if (full) break;
    offered += 1;
    if (outcome === 'skipped') queue[kept++] = message;
  }
  if (kept < offered) queue.splice(kept, offered - kept);
  return !full;
};
