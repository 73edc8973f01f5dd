import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream } from '@grpc/grpc-js';
import type { AppendOutcome, EventLog, Expected, NewEvent } from '../log.ts';
import { invalidArgument, maximumAppendSizeExceeded, streamDeleted, timeout } from '../rpcErrors.ts';
import { readAppend, type AppendOptions } from './appendRequest.ts';
import { MAX_APPEND_SIZE, sizeOf, WRITE_TIMEOUT } from './limits.ts';
import { checkStreamName } from '../streamName.ts';

/**
 * Append: one append over a call of its own, options first, then the events.
 * @throws an error with a gRPC status (rejects). A wrong expected version is an answer, not an error.
 */
export const append = async (
  log: EventLog,
  call: ServerReadableStream<Buffer, streams.AppendResp>,
): Promise<streams.AppendResp> => {
  const { options, events } = await receive(call);
  checkStreamName(options.stream);
  const outcome = await within(WRITE_TIMEOUT, log.append({ ...options, events }));
  return toResponse(options, outcome);
};

const receive = async (
  call: AsyncIterable<Buffer>,
): Promise<{ readonly options: AppendOptions; readonly events: readonly NewEvent[] }> => {
  let options: AppendOptions | undefined;
  const events: NewEvent[] = [];
  let size = 0;
  for await (const bytes of call) {
    const request = readAppend(bytes);
    if (request.kind === 'options') options = request.options;
    else if (!options) throw invalidArgument('Expected append options first, found an event');
    else events.push(request.event);
    size += request.kind === 'event' ? sizeOf([request.event]) : 0;
    if (size > MAX_APPEND_SIZE) throw maximumAppendSizeExceeded(MAX_APPEND_SIZE);
  }
  if (!options) throw invalidArgument('Expected append options, found the end of the request');
  return { options, events };
};

/** Rejects with the real server's time-out when the promise takes longer than so many milliseconds. */
export const within = async <A>(milliseconds: number, promise: Promise<A>): Promise<A> => {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeout('the write is not durable yet')), milliseconds);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
};

const toResponse = ({ stream, expected }: AppendOptions, outcome: AppendOutcome): streams.AppendResp => {
  const response = new streams.AppendResp();
  switch (outcome.outcome) {
    case 'appended':
      return response.setSuccess(success(outcome.revision, outcome.position));
    case 'wrong_expected_version':
      return response.setWrongExpectedVersion(wrongExpectedVersion(expected, outcome.current));
    case 'stream_deleted':
      throw streamDeleted(stream);
  }
};

const success = (revision: bigint, position: bigint | undefined): streams.AppendResp.Success => {
  const answer = new streams.AppendResp.Success();
  if (revision < 0n) answer.setNoStream(new shared.Empty());
  else answer.setCurrentRevision(String(revision));
  if (position === undefined) return answer.setNoPosition(new shared.Empty());
  const place = new streams.AppendResp.Position();
  return answer.setPosition(place.setCommitPosition(String(position)).setPreparePosition(String(position)));
};

/** Clients of 20.6 read fields of their own: both generations are filled in. */
const wrongExpectedVersion = (expected: Expected, current: bigint): streams.AppendResp.WrongExpectedVersion => {
  const answer = new streams.AppendResp.WrongExpectedVersion();
  if (current < 0n) answer.setCurrentNoStream(new shared.Empty()).setNoStream2060(new shared.Empty());
  else answer.setCurrentRevision(String(current)).setCurrentRevision2060(Number(current));
  if (expected === 'any') return answer.setExpectedAny(new shared.Empty()).setAny2060(new shared.Empty());
  if (expected === 'stream_exists')
    return answer.setExpectedStreamExists(new shared.Empty()).setStreamExists2060(new shared.Empty());
  if (expected === 'no_stream') return answer.setExpectedNoStream(new shared.Empty());
  return answer.setExpectedRevision(String(expected)).setExpectedRevision2060(Number(expected));
};
