import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from '../log.ts';
import { invalidArgument } from '../rpcErrors.ts';

/** A filter on `$all`, and after how many considered events a subscriber is told how far it has come. */
export interface EventFilter {
  readonly matches: (event: StoredEvent) => boolean;
  readonly checkpointInterval: number;
}

type FilterOptions = streams.ReadReq.Options.FilterOptions;

/** The real server's search window when the client sets none. */
const DEFAULT_WINDOW = 32;

/** Throws INVALID_ARGUMENT for a filter that names nothing or has no valid regular expression. */
export const readFilter = (options: FilterOptions): EventFilter => {
  const onType = options.getEventType();
  const onStream = options.getStreamIdentifier();
  const window = options.hasMax() ? options.getMax() : DEFAULT_WINDOW;
  const checkpointInterval = Math.max(1, window * options.getCheckpointintervalmultiplier());
  if (onType) {
    const matches = readExpression(onType);
    return { checkpointInterval, matches: ({ type }) => matches(type) };
  }
  if (onStream) {
    const matches = readExpression(onStream);
    return { checkpointInterval, matches: ({ stream }) => matches(stream) };
  }
  throw invalidArgument('Expected a filter by event type or stream name, found neither');
};

const readExpression = (expression: streams.ReadReq.Options.FilterOptions.Expression): ((text: string) => boolean) => {
  const regex = expression.getRegex();
  if (regex === '') {
    const prefixes = expression.getPrefixList();
    return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  }
  const compiled = compile(regex);
  return (text) => compiled.test(text);
};

const compile = (regex: string): RegExp => {
  try {
    return new RegExp(regex);
  } catch (error) {
    throw invalidArgument(`Expected a regular expression, found '${regex}': ${String(error)}`);
  }
};
