import { problemTypes } from '../../api/problems.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { readHead } from '../../eventstore/logHead.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';

/** Milliseconds until a look at the end of the log counts as unanswered. */
const readTimeout = 5_000;

/** Before the first event a projection stands at -1; clients are told 0, for no event stands there either. */
export const told = (position: bigint): bigint => (position < 0n ? 0n : position);

/** A position as clients are told it. */
export const positionToken = (position: bigint): string => String(told(position));

/**
 * Whether the log ends before `position`, so that no answer can have told it.
 * @throws Unavailable when the event store does not say.
 */
export const isBeyondLog = async (store: EventStore, position: bigint): Promise<boolean> => {
  if (position <= 0n) return false;
  const { newest } = await readHead(store, position - 1n, readTimeout);
  return newest === undefined || newest < position;
};

/** What such a position is answered with. */
export const beyondLog = (position: bigint): Answer =>
  problem(problemTypes.invalidPosition, `The log ends before ${position}: no answer can have told it`);
