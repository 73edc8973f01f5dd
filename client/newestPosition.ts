import { Position } from '../api/answers.ts';

/** The newest position of the log that a client has seen: a reader that names it sees all that the client has seen. */
export interface NewestPosition {
  /** In decimal digits; undefined before the first. */
  readonly get: () => string | undefined;
  /** Takes note of what an answer says in its header `Log-Position`, or an event of its own position. */
  readonly note: (position: unknown) => void;
}

export const createNewestPosition = (): NewestPosition => {
  let newest: bigint | undefined;
  return {
    get: () => newest?.toString(),
    note: (position) => {
      if (!Position.is(position)) return;
      const seen = BigInt(position);
      if (newest === undefined || seen > newest) newest = seen;
    },
  };
};
