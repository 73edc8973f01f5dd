import type { OrderWithTimeline } from '../../api/answers.ts';
import { timelineOf } from '../../api/timeline.ts';
import { ofType, type RecordedEvent } from '../../domain/events.ts';

const settlement = (event: RecordedEvent<'OrderPaid' | 'OrderCancelled'>) => ({
  settledAt: event.created.toISOString(),
  ...(event.type === 'OrderPaid' ? { operationId: event.data.operationId } : { reason: event.data.reason }),
});

/**
 * An order as its events tell it, or undefined where none of them asks for one. Status and timeline come from the same
 * events, so that they never contradict each other; two projections stand at two positions.
 */
export const orderOf = (events: ReadonlyArray<RecordedEvent>): OrderWithTimeline | undefined => {
  const timeline = timelineOf(events);
  const requested = events.find(ofType('OrderCreateRequested'));
  const settled = events.find(ofType('OrderPaid', 'OrderCancelled'));
  const status = timeline.at(-1)?.status;
  if (requested === undefined || status === undefined) return undefined;
  return {
    ...requested.data,
    status,
    createdAt: requested.created.toISOString(),
    ...(settled !== undefined && settlement(settled)),
    timeline,
  };
};
