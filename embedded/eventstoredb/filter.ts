import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { StoredEvent } from './log.ts';

/** Which events of `$all` are wanted, as groups keep it in their stored configuration. An event passes by any one prefix. */
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

interface Expression {
  readonly getRegex: () => string;
  readonly getPrefixList: () => string[];
}

/** The protocol's `FilterOptions`: the same fields in reads and in groups. */
interface FilterOptions {
  readonly getEventType: () => Expression | undefined;
  readonly getStreamIdentifier: () => Expression | undefined;
}

/** The filter that a request states, or why it cannot be used, in words for the client. */
export const readFilter = (options: FilterOptions): E.Either<string, EventFilter> => {
  const onStream = options.getStreamIdentifier();
  const expression = onStream ?? options.getEventType();
  if (expression === undefined) return E.left('Expected a filter on the stream name or on the event type, found none.');
  const on = onStream === undefined ? 'eventType' : 'streamName';
  const regex = expression.getRegex();
  const filter: EventFilter = regex === '' ? { on, prefixes: expression.getPrefixList() } : { on, regex };
  return E.tryCatch(
    () => {
      compileFilter(filter);
      return filter;
    },
    (error) => `Expected a regular expression that JavaScript knows, found ${regex}: ${String(error)}`,
  );
};
