import type { RecordedEvent } from '../../domain/events.ts';
import { broken, must, type Findings } from './invariants.ts';
import type { Mark } from './records.ts';

const pointer = (id: string, stream: string, revision: number): string => `${id} at ${stream}@${revision}`;

const named = ({ metadata: { $causationId, causation } }: RecordedEvent): string =>
  $causationId === undefined || causation === undefined
    ? 'no cause'
    : pointer($causationId, causation.stream, causation.revision);

const correlates = (event: RecordedEvent, subject: string): Findings =>
  must(
    event.metadata.$correlationId === subject,
    'event-caused',
    () => `an event that belongs to ${subject}`,
    () => `one that belongs to ${event.metadata.$correlationId}`,
  );

/** Whether an event names `cause` as what caused it, and `subject`, an order or deposit id, as what it belongs to. */
export const caused = (event: RecordedEvent, cause: Mark, subject: string): Findings => {
  const { $causationId, causation } = event.metadata;
  const isNamed =
    $causationId === cause.id && causation?.stream === cause.stream && causation.revision === cause.revision;
  if (isNamed) return correlates(event, subject);
  return broken('event-caused', `caused by ${pointer(cause.id, cause.stream, cause.revision)}`, named(event));
};

/** Whether an event is a request: nothing in the log caused it, and it belongs to what it asks for. */
export const requested = (event: RecordedEvent, subject: string): Findings => {
  const { $causationId, causation } = event.metadata;
  if ($causationId === undefined && causation === undefined) return correlates(event, subject);
  return broken('event-caused', 'no cause, as of every request', named(event));
};

type Redrive = RecordedEvent<'RedriveRequested'>;

/** Whether a redrive names the very event that it has handled again, which must be one of `marks`. */
export const redrives = (event: Redrive, marks: ReadonlyArray<Mark | undefined>): Findings => {
  const { eventId, stream, revision } = event.data;
  const target = marks.find((mark) => mark?.id === eventId);
  if (target !== undefined && target.stream === stream && target.revision === revision)
    return caused(event, target, event.metadata.$correlationId);
  return broken(
    'event-caused',
    `the event that it has handled again among those of ${event.metadata.$correlationId}`,
    pointer(eventId, stream, revision),
  );
};
