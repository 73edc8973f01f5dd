import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpcStatus from '@eventstore/db-client/generated/status_pb.js';
import type { Message } from 'google-protobuf';
import type { AppendOutcome, Expected } from '../log.ts';
import { fieldSize, tag, uint64Size, writeBytes, writeHead, writeNumber } from '../wire.ts';

/** What every response repeats of its request: the serialized correlation id and the stream's name. */
export interface Addressee {
  readonly correlationId: Buffer;
  readonly stream: string;
}

/** Error codes as the real server puts them into `google.rpc.Status`: those of `google/rpc/code.proto`. */
const CODES = {
  BadRequest: 3,
  MaximumAppendSizeExceeded: 3,
  Timeout: 4,
  StreamDeleted: 5,
  WrongExpectedVersion: 6,
} as const;

const UNKNOWN = 2;

const withAddressee = ({ correlationId, stream }: Addressee, fieldTag: number, content: Uint8Array): Buffer => {
  const name = Buffer.byteLength(stream);
  const size = fieldSize(correlationId.length) + fieldSize(content.length) + fieldSize(fieldSize(name));
  const bytes = Buffer.allocUnsafe(size);
  let at = writeBytes(bytes, 0, tag(1, 2), correlationId);
  at = writeBytes(bytes, at, fieldTag, content);
  at = writeHead(bytes, writeHead(bytes, at, tag(4, 2), fieldSize(name)), tag(3, 2), name);
  bytes.write(stream, at, name, 'utf8');
  return bytes;
};

const success = (revision: bigint, position: bigint | undefined): Buffer => {
  const positionSize = position === undefined ? 0 : 2 * (1 + uint64Size(position));
  const bytes = Buffer.allocUnsafe((revision < 0n ? 2 : 1 + uint64Size(revision)) + fieldSize(positionSize));
  const at = revision < 0n ? writeHead(bytes, 0, tag(2, 2), 0) : writeNumber(bytes, 0, tag(1, 0), revision);
  const start = writeHead(bytes, at, position === undefined ? tag(4, 2) : tag(3, 2), positionSize);
  if (position !== undefined) writeNumber(bytes, writeNumber(bytes, start, tag(1, 0), position), tag(2, 0), position);
  return bytes;
};

const rpcFailure = (code: number, message: string, typeName: string, details: Message): Uint8Array => {
  const any = new anyPb.Any();
  any.pack(details.serializeBinary(), typeName);
  return new rpcStatus.Status().setCode(code).setMessage(message).setDetails(any).serializeBinary();
};

const failure = (name: keyof typeof CODES, details: Message, message: string = name): Uint8Array =>
  rpcFailure(CODES[name], message, `event_store.client.${name}`, details);

const wrongExpectedVersion = (expected: Expected, current: bigint): Uint8Array => {
  const details = new shared.WrongExpectedVersion();
  if (current < 0n) details.setCurrentNoStream(new emptyPb.Empty());
  else details.setCurrentStreamRevision(String(current));
  if (expected === 'any') details.setExpectedAny(new emptyPb.Empty());
  else if (expected === 'stream_exists') details.setExpectedStreamExists(new emptyPb.Empty());
  else if (expected === 'no_stream') details.setExpectedNoStream(new emptyPb.Empty());
  else details.setExpectedStreamPosition(String(BigInt.asUintN(64, expected)));
  return failure('WrongExpectedVersion', details);
};

const SUCCESS = tag(3, 2);
const ERROR = tag(2, 2);

/** The serialized `BatchAppendResp` for a decided append. */
export const outcomeResponse = (to: Addressee, expected: Expected, outcome: AppendOutcome): Buffer => {
  switch (outcome.outcome) {
    case 'appended':
      return withAddressee(to, SUCCESS, success(outcome.revision, outcome.position));
    case 'wrong_expected_version':
      return withAddressee(to, ERROR, wrongExpectedVersion(expected, outcome.current));
    case 'stream_deleted': {
      const details = new shared.StreamDeleted();
      details.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(to.stream)));
      return withAddressee(to, ERROR, failure('StreamDeleted', details));
    }
  }
};

export const timeoutResponse = (to: Addressee): Buffer =>
  withAddressee(to, ERROR, failure('Timeout', new shared.Timeout()));

export const tooLargeResponse = (to: Addressee, maximum: number): Buffer =>
  withAddressee(
    to,
    ERROR,
    failure('MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded().setMaxappendsize(maximum)),
  );

export const badRequestResponse = (to: Addressee, message: string): Buffer =>
  withAddressee(to, ERROR, failure('BadRequest', new shared.BadRequest().setMessage(message), message));

/** For what has no name of its own. Empty details, as the real server's "not ready": clients then show the message. */
export const unknownResponse = (to: Addressee, message: string): Buffer =>
  withAddressee(to, ERROR, rpcFailure(UNKNOWN, message, 'google.protobuf.Empty', new emptyPb.Empty()));
