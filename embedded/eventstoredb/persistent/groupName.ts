import type shared from '@eventstore/db-client/generated/shared_pb.js';

/** What names a group: its source (a stream's name or `$all`) and its own name. */
export interface GroupName {
  readonly stream: string;
  readonly group: string;
}

/** A stream's name is UTF-8 bytes on the wire. */
export const streamName = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

interface Options {
  readonly hasAll: () => boolean;
  readonly getStreamIdentifier: () => shared.StreamIdentifier | undefined;
  readonly getGroupName: () => string;
}

/** The group that a request's options name. */
export const nameIn = (options: Options): GroupName => ({
  stream: options.hasAll() ? '$all' : streamName(options.getStreamIdentifier()),
  group: options.getGroupName(),
});
