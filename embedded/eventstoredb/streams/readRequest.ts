import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Direction } from '../log.ts';
import { invalidArgument, unknownError } from '../rpcErrors.ts';
import { streamName } from '../streamName.ts';
import { uuidFormatOf, type UuidFormat } from '../uuid.ts';
import { readSubscriptionFilter, type SubscriptionFilter } from './subscriptionFilter.ts';

export type Start<A> = 'start' | 'end' | A;

export type Source =
  | { readonly kind: 'stream'; readonly stream: string; readonly start: Start<bigint> }
  | { readonly kind: 'all'; readonly start: Start<bigint> };

/** What a `ReadReq` asks for, in plain words. A subscription has no limit. */
export interface ReadRequest {
  readonly source: Source;
  readonly direction: Direction;
  readonly subscription: boolean;
  readonly limit: number;
  readonly resolveLinks: boolean;
  readonly filter?: SubscriptionFilter;
  readonly uuids: UuidFormat;
}

/** Throws an error with a gRPC status for a request that the real server refuses, too. */
export const readRequest = (request: streams.ReadReq): ReadRequest => {
  const options = request.getOptions();
  if (!options) throw invalidArgument('Expected read options, found none');
  const direction = options.getReadDirection() === BACKWARDS ? 'backwards' : 'forwards';
  const source = readSource(options);
  const subscription = options.hasSubscription();
  const filter = options.getFilter();
  if (!subscription) refuseEmptyReads(direction, source, BigInt(options.getCount()));
  return {
    source,
    direction,
    subscription,
    limit: subscription ? Number.POSITIVE_INFINITY : Number(options.getCount()),
    resolveLinks: options.getResolveLinks(),
    filter: filter && readSubscriptionFilter(filter),
    uuids: uuidFormatOf(options.getUuidOption()),
  };
};

const BACKWARDS = streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** The real server fails on these with an internal error, which clients see as `unknown`. */
const refuseEmptyReads = (direction: Direction, { start }: Source, count: bigint): void => {
  if (count === 0n) throw unknownError('Expected a maximum count of at least 1, found 0');
  if (direction === 'forwards' && start === 'end')
    throw unknownError('Expected a start to read forwards from, found END');
};

const readSource = (options: streams.ReadReq.Options): Source => {
  const stream = options.getStream();
  if (stream) {
    const name = streamName(stream.getStreamIdentifier());
    if (name === '') throw invalidArgument('Expected the name of a stream to read, found none');
    return {
      kind: 'stream',
      stream: name,
      start: stream.hasRevision() ? BigInt(stream.getRevision()) : startOf(stream),
    };
  }
  const all = options.getAll();
  if (!all) throw invalidArgument('Expected a stream or $all to read, found neither');
  const position = all.getPosition();
  return { kind: 'all', start: position ? BigInt(position.getCommitPosition()) : startOf(all) };
};

const startOf = (options: { hasEnd(): boolean }): 'start' | 'end' => (options.hasEnd() ? 'end' : 'start');
