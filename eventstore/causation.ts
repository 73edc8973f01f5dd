import { randomBytes } from 'node:crypto';
import { events, type EventType, type RecordedEvent } from '../domain/events.ts';
import { policy, type Actor, type Metadata } from '../domain/metadata.ts';

const traceIdOf = (traceparent: string): string => /^00-([0-9a-f]{32})-/.exec(traceparent)?.[1] ?? '0'.repeat(31) + '1';

/** The span of an event is read off its id, so that a step tried twice is one span. */
const spanOf = (eventId: string): string => eventId.replaceAll('-', '').slice(-16);

/** A new W3C trace, for what nobody caused. */
export const newTrace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** Continues the trace of `parent` (W3C traceparent) with a span for the event `eventId`. */
export const traceOf = (parent: string, eventId: string): string => `00-${traceIdOf(parent)}-${spanOf(eventId)}-01`;

/** Metadata of the event `id` of type `type` that follows from `cause`. */
export const causedBy = (cause: RecordedEvent, type: EventType, id: string, actor?: Actor): Metadata => ({
  $correlationId: cause.metadata.$correlationId,
  $causationId: cause.id,
  causation: { stream: cause.stream, revision: cause.revision },
  traceparent: traceOf(cause.metadata.traceparent, id),
  version: events[type].version,
  policy,
  ...(actor === undefined ? {} : { actor }),
});

/** Metadata of a request, which nothing in the log caused. `correlationId` is the order's or the deposit's id. */
export const requestedBy = (
  actor: Actor,
  type: EventType,
  id: string,
  correlationId: string,
  trace: string,
): Metadata => ({
  $correlationId: correlationId,
  traceparent: traceOf(trace, id),
  version: events[type].version,
  policy,
  actor,
});
