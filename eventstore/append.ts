import { NO_STREAM, WrongExpectedVersionError, type AppendResult } from '@eventstore/db-client';
import * as E from 'fp-ts/lib/Either.js';
import type { Backoff } from './backoff.ts';
import { pause, waitBefore } from './backoff.ts';
import { encode, type NewEvent } from './codec.ts';
import type { EventStore } from './connection.ts';
import { Unavailable } from './faults.ts';
import { withTimeout } from './timeout.ts';

/** Where an append ended up. */
export interface Appended {
  /** Revision of the last event written. */
  readonly revision: number;
  /** Commit position of the last event written. */
  readonly position: bigint;
}

/** Somebody else wrote first: what this append expected and what it found, -1 for no stream. */
export interface Conflict {
  readonly stream: string;
  readonly expected: number;
  readonly actual: number;
}

export interface AppendPolicy {
  /** Milliseconds until an append counts as unanswered. */
  readonly timeout: number;
  /** How often an unanswered append is sent, each time with the same ids and expectation. */
  readonly tries: number;
  readonly backoff: Backoff;
}

const defaultPolicy: AppendPolicy = { timeout: 3_000, tries: 3, backoff: { first: 100, most: 1_000 } };

const conflictOf = (error: WrongExpectedVersionError, stream: string, expected: number): Conflict => ({
  stream,
  expected,
  actual: typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1,
});

const send = (store: EventStore, stream: string, expected: number, events: ReadonlyArray<NewEvent>, timeout: number) =>
  store.run((client) =>
    withTimeout(
      client.appendToStream(stream, events.map(encode), {
        expectedRevision: expected < 0 ? NO_STREAM : BigInt(expected),
        deadline: timeout,
      }),
      timeout,
      `append to ${stream}`,
    ),
  );

const appendedOf = ({ nextExpectedRevision, position }: AppendResult): Appended => ({
  revision: Number(nextExpectedRevision),
  position: position?.commit ?? 0n,
});

/**
 * Appends events at the exact revision `expected` (-1: the stream must not exist). An append whose outcome is unknown is
 * sent again with the same ids and expectation: the server then answers as if it were the first.
 * @throws Unavailable when no answer came in all tries; the events may or may not stand in the log.
 */
export const append = async (
  store: EventStore,
  stream: string,
  expected: number,
  events: ReadonlyArray<NewEvent>,
  policy: AppendPolicy = defaultPolicy,
): Promise<E.Either<Conflict, Appended>> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return E.right(appendedOf(await send(store, stream, expected, events, policy.timeout)));
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return E.left(conflictOf(error, stream, expected));
      if (!(error instanceof Unavailable) || tries >= policy.tries) throw error;
      await pause(waitBefore(policy.backoff, tries - 1));
    }
  }
};
