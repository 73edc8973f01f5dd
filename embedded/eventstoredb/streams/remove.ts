import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { DeletableEventLog } from '../eventLog/createEventLog.ts';
import type { AppendOutcome, Expected } from '../log.ts';
import { invalidArgument, streamDeleted, wrongExpectedVersion } from '../rpcErrors.ts';
import { checkStreamName, streamName } from '../streamName.ts';
import { within } from './append.ts';
import { WRITE_TIMEOUT } from './limits.ts';

/** Delete: soft. Rejects with an error that has a gRPC status, like `tombstone`. */
export const softDelete = async (log: DeletableEventLog, request: streams.DeleteReq): Promise<streams.DeleteResp> => {
  const { stream, expected } = readOptions(request.getOptions());
  const outcome = await within(WRITE_TIMEOUT, log.softDelete(stream, expected));
  const position = positionOf('Delete', stream, expected, outcome);
  const place = new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
  return new streams.DeleteResp().setPosition(place);
};

/** Tombstone: for good, and allowed for a stream that never existed. */
export const tombstone = async (
  log: DeletableEventLog,
  request: streams.TombstoneReq,
): Promise<streams.TombstoneResp> => {
  const { stream, expected } = readOptions(request.getOptions());
  const outcome = await within(WRITE_TIMEOUT, log.tombstone(stream, expected));
  const position = positionOf('Tombstone', stream, expected, outcome);
  const place = new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
  return new streams.TombstoneResp().setPosition(place);
};

type Options = streams.DeleteReq.Options | streams.TombstoneReq.Options;

const readOptions = (options: Options | undefined): { readonly stream: string; readonly expected: Expected } => {
  if (!options) throw invalidArgument('Expected the name of a stream to delete, found no options');
  const stream = streamName(options.getStreamIdentifier());
  checkStreamName(stream);
  if (options.hasRevision()) return { stream, expected: BigInt(options.getRevision()) };
  if (options.hasNoStream()) return { stream, expected: 'no_stream' };
  if (options.hasStreamExists()) return { stream, expected: 'stream_exists' };
  return { stream, expected: 'any' };
};

const positionOf = (operation: string, stream: string, expected: Expected, outcome: AppendOutcome): string => {
  switch (outcome.outcome) {
    case 'appended':
      return String(outcome.position ?? 0n);
    case 'stream_deleted':
      throw streamDeleted(stream);
    case 'wrong_expected_version':
      throw wrongExpectedVersion(operation, stream, toNumber(expected), outcome.current);
  }
};

/** General expectations as the numbers that the `expected-version` trailer uses. */
const toNumber = (expected: Expected): bigint => {
  switch (expected) {
    case 'no_stream':
      return -1n;
    case 'any':
      return -2n;
    case 'stream_exists':
      return -4n;
    default:
      return expected;
  }
};
