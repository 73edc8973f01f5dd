import type shared from '@eventstore/db-client/generated/shared_pb.js';
import { invalidArgument } from './rpcErrors.ts';

/** The name in a `StreamIdentifier`: UTF-8 bytes on the wire. Empty when there is none. */
export const streamName = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

/**
 * Refuses the two names that nothing may be written to: the real server answers an append to `""` twice, which ends the
 * client's process, and stops for good after one to `$$`.
 * @throws an INVALID_ARGUMENT error for the call.
 */
export const checkStreamName = (stream: string): void => {
  if (stream === '' || stream === '$$')
    throw invalidArgument(`'${stream}' is not a valid stream name: expected at least one character, after any '$$'`);
};
