import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { credentials, type ChannelCredentials, type ServiceError } from '@grpc/grpc-js';

/**
 * For what the official client cannot be made to send, or keeps to itself: its own generated calls.
 * Takes the address and the credentials from the connection string of the server under test.
 */
export const target = (url: string): [address: string, credentials: ChannelCredentials] => {
  const { hostname, port, searchParams } = new URL(url.replace(/^esdb:/, 'http:'));
  const isSecure = searchParams.get('tls') !== 'false';
  return [`${hostname}:${port || '2113'}`, isSecure ? credentials.createSsl() : credentials.createInsecure()];
};

/** The answer of a unary call, or its error with code and trailers. */
export const answerTo = <A>(call: (done: (error: ServiceError | null, answer?: A) => void) => unknown): Promise<A> =>
  new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error !== null) reject(error);
      else if (answer === undefined) reject(new Error('expected an answer or an error, found neither'));
      else resolve(answer);
    });
  });

export const streamNamed = (name: string): StreamIdentifier => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name).toString('base64'));
  return identifier;
};

export const uuidOf = (id: string = randomUUID()): UUID => {
  const uuid = new shared.UUID();
  uuid.setString(id);
  return uuid;
};

export const inSeconds = (seconds: number) => timestamp.Timestamp.fromDate(new Date(Date.now() + seconds * 1000));

/** Options of an append; like the client, it says by when as a point in time. */
export const appendOptions = (
  stream: string,
  expected: 'any' | bigint = 'any',
  deadline = inSeconds(10),
): BatchAppendReq.Options => {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(streamNamed(stream));
  if (expected === 'any') options.setAny(new shared.Empty());
  else options.setStreamPosition(expected.toString());
  options.setDeadline(deadline);
  return options;
};

/** A fragment of a batch append; only the first of a correlation carries options. */
export const fragment = (
  correlation: string,
  content: { options?: BatchAppendReq.Options; events?: number; isFinal: boolean },
): BatchAppendReq => {
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuidOf(correlation));
  if (content.options !== undefined) request.setOptions(content.options);
  for (let made = 0; made < (content.events ?? 0); made++) {
    const message = request.addProposedMessages(new streams.BatchAppendReq.ProposedMessage());
    message.setId(uuidOf());
    message.getMetadataMap().set('type', 'Tested').set('content-type', 'application/json');
    message.setData(Buffer.from('{}').toString('base64'));
  }
  request.setIsFinal(content.isFinal);
  return request;
};

/** A response in plain words: whom it is for, and how it went. */
export const inWords = (response: BatchAppendResp) => ({
  correlation: response.getCorrelationId()?.getString(),
  stream: Buffer.from(response.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
  revision: response.getSuccess()?.getCurrentRevision(),
  error: response.hasError()
    ? {
        code: response.getError()?.getCode(),
        message: response.getError()?.getMessage(),
        details: response.getError()?.getDetails()?.getTypeUrl(),
      }
    : undefined,
});
