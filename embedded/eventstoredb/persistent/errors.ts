import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import type { GroupName } from './groupName.ts';

/** Header values are ASCII; names and reasons need not be. */
const toAscii = (text: string): string => text.replace(/[^\x20-\x7e]/gu, '?');

/** A status with the trailers that clients pick their error class from and read unguarded. */
const groupError = (
  code: status,
  exception: string,
  { stream, group }: GroupName,
  details: string,
  reason?: string,
): StatusObject => {
  const metadata = new Metadata();
  metadata.set('exception', exception);
  metadata.set('stream-name', toAscii(stream));
  metadata.set('group-name', toAscii(group));
  if (reason !== undefined) metadata.set('reason', toAscii(reason));
  return { code, details, metadata };
};

export const groupFailed = (name: GroupName, reason: string): StatusObject =>
  groupError(
    status.INTERNAL,
    'persistent-subscription-failed',
    name,
    `Subscription group ${name.group} on stream ${name.stream} failed: '${reason}'`,
    reason,
  );

export const groupDoesNotExist = (name: GroupName): StatusObject =>
  groupError(
    status.NOT_FOUND,
    'persistent-subscription-does-not-exist',
    name,
    `Subscription group ${name.group} on stream ${name.stream} does not exist.`,
  );

export const groupExists = (name: GroupName): StatusObject =>
  groupError(
    status.ALREADY_EXISTS,
    'persistent-subscription-exists',
    name,
    `Subscription group ${name.group} on stream ${name.stream} exists.`,
  );

export const maximumSubscribersReached = (name: GroupName): StatusObject =>
  groupError(
    status.FAILED_PRECONDITION,
    'maximum-subscribers-reached',
    name,
    `Maximum subscriptions reached for subscription group ${name.group} on stream ${name.stream}.`,
  );

export const groupDropped = (name: GroupName): StatusObject =>
  groupError(
    status.CANCELLED,
    'persistent-subscription-dropped',
    name,
    `Subscription group ${name.group} on stream ${name.stream} was dropped.`,
  );

const plain = (code: status, details: string): StatusObject => ({ code, details, metadata: new Metadata() });

export const invalidArgument = (details: string): StatusObject => plain(status.INVALID_ARGUMENT, details);

export const serverStopping = (): StatusObject => plain(status.UNAVAILABLE, 'Server Is Not Ready');

/** What went wrong here and is nobody's mistake, such as a disk that is full. */
export const unexpected = (error: unknown): StatusObject =>
  plain(status.UNKNOWN, error instanceof Error ? error.message : String(error));
