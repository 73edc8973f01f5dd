import type { Batch } from '../eventstore/catchUp.ts';

/** Passes batches from one giver to one taker, who works on one at a time. */
export interface Handover {
  /** Hands out a batch; resolves when the taker comes back for the next one, or has gone. */
  readonly give: (batch: Batch) => Promise<void>;
  /** The batches as they are given, until `end`. */
  readonly batches: () => AsyncGenerator<Batch, void, undefined>;
  /** No more batches: the taker ends after the one in hand. */
  readonly end: () => void;
}

export const createHandover = (): Handover => {
  let given: Batch | undefined;
  let ended = false;
  let wakeTaker = (): void => undefined;
  let wakeGiver = (): void => undefined;
  const end = (): void => {
    ended = true;
    wakeTaker();
    wakeGiver();
  };
  return {
    give: (batch) =>
      new Promise((resolve) => {
        wakeGiver = resolve;
        given = batch;
        if (ended) resolve();
        wakeTaker();
      }),
    batches: async function* () {
      while (!ended) {
        const batch = given;
        given = undefined;
        if (batch !== undefined) {
          yield batch;
          wakeGiver();
        } else {
          await new Promise<void>((resolve) => (wakeTaker = resolve));
        }
      }
    },
    end,
  };
};
