import type { Message } from './message.ts';

/** Stores a message in the parked stream; whoever does it answers with `stored` or `refused`. */
export type Park = (message: Message, reason: string) => void;

/** The messages on their way to the parked stream. What the log refuses to store is not lost: it is tried again. */
export interface ParkingLot {
  readonly park: Park;
  readonly refused: (message: Message, reason: string) => void;
  readonly tryAgain: () => void;
}

export const createParkingLot = (park: Park): ParkingLot => {
  const refused = new Map<Message, string>();
  return {
    park,
    refused: (message, reason) => void refused.set(message, reason),
    tryAgain: () => {
      const again = [...refused];
      refused.clear();
      for (const [message, reason] of again) park(message, reason);
    },
  };
};
