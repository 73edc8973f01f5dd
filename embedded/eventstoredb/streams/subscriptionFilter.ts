import type streams from '@eventstore/db-client/generated/streams_pb.js';
import * as E from 'fp-ts/lib/Either.js';
import { compileFilter, readFilter } from '../filter.ts';
import type { StoredEvent } from '../log.ts';
import { invalidArgument } from '../rpcErrors.ts';

/** A filter on `$all`, and after how many considered events a subscriber is told how far it has come. */
export interface SubscriptionFilter {
  readonly matches: (event: StoredEvent) => boolean;
  readonly checkpointInterval: number;
}

/** The real server's search window when the client sets none. */
const DEFAULT_WINDOW = 32;

/** @throws an INVALID_ARGUMENT error for a filter that names nothing or has no valid regular expression. */
export const readSubscriptionFilter = (options: streams.ReadReq.Options.FilterOptions): SubscriptionFilter => {
  const filter = readFilter(options);
  if (E.isLeft(filter)) throw invalidArgument(filter.left);
  const window = options.hasMax() ? options.getMax() : DEFAULT_WINDOW;
  return {
    matches: compileFilter(filter.right),
    checkpointInterval: Math.max(1, window * options.getCheckpointintervalmultiplier()),
  };
};
