import type shared from '@eventstore/db-client/generated/shared_pb.js';
import { streamName } from '../streamName.ts';

/** What names a group: its source (a stream's name or `$all`) and its own name. */
export interface GroupName {
  readonly stream: string;
  readonly group: string;
}

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
