import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '../../domain/decider.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { append } from '../../eventstore/append.ts';
import { waitBefore, type Backoff } from '../../eventstore/backoff.ts';
import type { NewEvent } from '../../eventstore/codec.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { readEvent } from '../../eventstore/read.ts';

/** Where a request stands in the log. */
export interface Recorded {
  readonly position: bigint;
  /** Whether an earlier request had recorded it already. */
  readonly isReplay: boolean;
}

/** A request of the same id is there, and it asked for something else. */
export interface Reused {
  readonly kind: 'reused';
}

/** The event that a command gives on a stream that has none yet. */
export const firstEvent = <Command, State, Event>(decider: Decider<Command, State, Event>, command: Command): Event => {
  const decision = decider.decide(command, decider.initial);
  if (E.isLeft(decision)) throw new Error(decision.left.reason);
  if (O.isNone(decision.right)) throw new Error('Expected a first event, found nothing to record');
  return decision.right.value;
};

const compare = (
  event: DomainEvent,
  stored: DomainEvent & { readonly position: bigint },
): E.Either<Reused, Recorded> =>
  isDeepStrictEqual(stored.data, event.data)
    ? E.right({ position: stored.position, isReplay: true })
    : E.left({ kind: 'reused' });

const mostTries = 10;
const backoff: Backoff = { first: 10, most: 200 };

/**
 * Records a request as the first event of a stream of its own. Where an earlier request has done so already, what was
 * stored says whether it asked for the same; compared are the decoded data, so that neither blanks nor the order of keys
 * nor fields that we drop make a difference.
 * @throws Unavailable when the event store gave no answer; the event may or may not stand in the log.
 */
export const record = async (
  store: EventStore,
  stream: string,
  event: NewEvent,
): Promise<E.Either<Reused, Recorded>> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const result = await append(store, stream, -1, [event]);
    if (E.isRight(result)) return E.right({ position: result.right.position, isReplay: false });
    const stored = await readEvent(store, stream, 0);
    if (stored !== undefined) return compare(event, stored);
    // A cluster may tell of a conflict a moment before what was in the way can be read.
    await delay(waitBefore(backoff, tries));
  }
  throw new Unavailable('event store', new Error(`${stream} holds something that cannot be read`));
};
