import type { AllStreamRecordedEvent } from '@eventstore/db-client';
import * as E from 'fp-ts/lib/Either.js';
import { decode, type Decoded } from './codec.ts';
import { NewerVersion, Undecodable } from './faults.ts';

/** An event as the whole log shows it, whoever wrote it. */
export interface LogEvent {
  /** Commit position. */
  readonly position: bigint;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  /** The store's own time. */
  readonly created: Date;
  /** What it says, or why this code cannot read it: found out when it is first asked for. */
  readonly decoded: E.Either<NewerVersion | Undecodable, Decoded>;
}

/** Events of the store's own: types and streams that start with `$`. Nobody outside the store reads them. */
export const isSystemEvent = ({ type, streamId }: Pick<AllStreamRecordedEvent, 'type' | 'streamId'>): boolean =>
  type.startsWith('$') || streamId.startsWith('$');

const read = (event: AllStreamRecordedEvent): LogEvent['decoded'] => {
  try {
    return E.right(decode(event));
  } catch (error) {
    if (error instanceof NewerVersion || error instanceof Undecodable) return E.left(error);
    throw error;
  }
};

/** Most readers want few types: decoding an event costs more than all else about it. */
export const logEventOf = (event: AllStreamRecordedEvent): LogEvent => {
  let decoded: LogEvent['decoded'] | undefined;
  return {
    position: event.position.commit,
    id: event.id,
    type: event.type,
    stream: event.streamId,
    revision: Number(event.revision),
    created: event.created,
    get decoded() {
      return (decoded ??= read(event));
    },
  };
};
