import type { RecordedEvent } from '../../domain/events.ts';
import { byPosition, story, type Step } from '../../domain/story.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { asOf, type Moment } from '../moment.ts';
import { evolve, initial, type OrderState } from './state.ts';
import { eventsOfOrder, placeOf } from './trace.ts';

/** A step of an order's story, and what the services knew after it. */
export interface AuditedStep extends Step {
  readonly state: OrderState;
  /** Whether the event names a cause that does not stand where its pointer says: something is wrong with the log. */
  readonly isCauseMissing: boolean;
}

/** The steps of an order's events, given in any order, in log order. */
export const stepsOf = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<AuditedStep> => {
  const idAt = new Map(events.map((event) => [placeOf(event), event.id]));
  const isCauseMissing = ({ causedBy, event: { metadata } }: Step): boolean =>
    causedBy !== undefined && (metadata.causation === undefined || idAt.get(placeOf(metadata.causation)) !== causedBy);
  let state = initial;
  return story(events).map((step) => {
    state = evolve(state, step.event);
    return { ...step, state, isCauseMissing: isCauseMissing(step) };
  });
};

/**
 * All that the log says of an order, now or at a moment; no steps when it knew nothing of it then.
 * @throws Undecodable, NewerVersion, Unavailable
 */
export const historyOfOrder = async (
  store: EventStore,
  orderId: string,
  moment?: Moment,
): Promise<ReadonlyArray<AuditedStep>> => {
  const events = [...(await eventsOfOrder(store, orderId))].sort(byPosition);
  return stepsOf(moment === undefined ? events : asOf(events, moment));
};
