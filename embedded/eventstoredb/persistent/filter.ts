import * as t from 'io-ts';
import type { StoredEvent } from '../log.ts';

/** Which events of `$all` a group wants, as it is kept in the stored configuration. An event passes by any one prefix. */
export const EventFilter = t.readonly(
  t.intersection([
    t.type({ on: t.union([t.literal('streamName'), t.literal('eventType')]) }),
    t.union([t.type({ regex: t.string }), t.type({ prefixes: t.readonlyArray(t.string) })]),
  ]),
);
export type EventFilter = t.TypeOf<typeof EventFilter>;

/** @throws SyntaxError when the regular expression is none in JavaScript. */
const matcherOf = (filter: EventFilter): ((text: string) => boolean) => {
  if ('prefixes' in filter) return (text) => filter.prefixes.some((prefix) => text.startsWith(prefix));
  const regex = new RegExp(filter.regex);
  return (text) => regex.test(text);
};

/**
 * The filter as a test of events.
 * @throws SyntaxError when the regular expression is none in JavaScript (the real server takes .NET's).
 */
export const compileFilter = (filter: EventFilter | undefined): ((event: StoredEvent) => boolean) => {
  if (filter === undefined) return () => true;
  const matches = matcherOf(filter);
  return filter.on === 'streamName' ? (event) => matches(event.stream) : (event) => matches(event.type);
};
