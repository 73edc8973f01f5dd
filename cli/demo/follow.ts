import * as E from 'fp-ts/lib/Either.js';
import type { EventType, RecordedEvent } from '../../domain/events.ts';
import { story, type Step } from '../../domain/story.ts';
import { beginning } from '../../eventstore/allSubscription.ts';
import { catchUp, type Batch } from '../../eventstore/catchUp.ts';
import { isForeign } from '../../eventstore/codec.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { Failure } from '../failure.ts';

export interface Followed {
  /** Id of the order or deposit. */
  readonly id: string;
  /** The event that ends its story. */
  readonly isLast: (type: EventType) => boolean;
  /** Hears of each step as soon as it stands in the log. */
  readonly onStep: (step: Step) => void;
  /** Milliseconds that it may take. */
  readonly timeoutMs?: number;
  /** Aborts when nobody wants to know any more. */
  readonly signal: AbortSignal;
}

/**
 * Reads the story of an order or deposit from the log itself, while it happens. @returns all of its steps.
 * @throws Failure when its last event does not come in time; the reason of `signal` when that aborts.
 */
export const follow = async (
  store: EventStore,
  { id, isLast, onStep, timeoutMs = 60_000, signal }: Followed,
): Promise<ReadonlyArray<Step>> => {
  const found: RecordedEvent[] = [];
  for await (const batch of catchUp(store, beginning, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))) {
    for (const event of eventsAbout(id, batch)) {
      found.push(event);
      const steps = story(found);
      steps.slice(-1).forEach(onStep);
      if (isLast(event.type)) return steps;
    }
  }
  signal.throwIfAborted();
  const types = found.map(({ type }) => type).join(', ');
  throw new Failure(`Expected the story of ${id} to end within ${timeoutMs} ms, found ${types || 'no event'}.`);
};

const eventsAbout = (id: string, { events }: Batch): ReadonlyArray<RecordedEvent> =>
  events.flatMap(({ decoded }) => {
    if (E.isLeft(decoded)) throw decoded.left;
    const event = decoded.right;
    return !isForeign(event) && event.metadata.$correlationId === id ? [event] : [];
  });
