import type { DestinationStream } from 'pino';

/** Keeps the last lines that were logged, to be shown only when something goes wrong. */
export interface Journal extends DestinationStream {
  readonly lines: () => ReadonlyArray<string>;
}

/** @param most how many lines are kept. */
export const createJournal = (most: number): Journal => {
  let kept: ReadonlyArray<string> = [];
  return {
    write: (line) => {
      kept = [...kept, line].slice(-most);
    },
    lines: () => kept,
  };
};
