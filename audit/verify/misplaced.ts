import { events, isEventType } from '../../domain/events.ts';
import { isIn, type Category } from '../../domain/streams.ts';
import type { LogEvent } from '../../eventstore/logEvent.ts';
import type { Finding, Subject } from './invariants.ts';

const categories = [...new Set(Object.values(events).map(({ category }) => category))];

/** Whose stream one of this name is, or undefined where it can be nobody's of ours. */
const categoryOf = (stream: string): Category | undefined => categories.find((category) => isIn(category, stream));

/** Whose events a stream of this name holds, as far as the name tells. */
export const subjectOf = (stream: string): Subject => {
  const category = categoryOf(stream);
  const id = stream.slice(stream.indexOf('-') + 1);
  switch (category) {
    case 'orderRequest':
    case 'order':
    case 'notification':
      return { order: id };
    case 'deposit':
      return { deposit: id };
    case 'wallet':
      return { wallet: id };
    case 'redrive':
    case 'skip':
    case undefined:
      return {};
  }
};

/**
 * What is wrong with an event that is none of ours, for the reason `why`: nothing, unless it stands in one of our streams. A
 * store may be shared, and another application's streams are its own, whatever it calls its events.
 */
export const misplaced = ({ type, stream }: LogEvent, why: string): Finding | undefined => {
  const category = categoryOf(stream);
  if (category === undefined) return undefined;
  const expected = isEventType(type)
    ? `${type} in the stream of ours that its data name`
    : `events of ours alone in a stream of ${category}`;
  return { invariant: 'event-in-its-stream', expected, found: why };
};
