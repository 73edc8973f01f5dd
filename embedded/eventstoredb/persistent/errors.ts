import { status, type ServiceError } from '@grpc/grpc-js';
import { rpcError } from '../rpcErrors.ts';
import type { GroupName } from './groupName.ts';

/** The errors of groups, each with the trailers that clients read unguarded. Source: `RpcExceptions.cs` of 23.10. */
const groupError = (
  code: status,
  exception: string,
  { stream, group }: GroupName,
  details: string,
  further: Readonly<Record<string, string>> = {},
): ServiceError => rpcError(code, details, { exception, 'stream-name': stream, 'group-name': group, ...further });

export const groupFailed = (name: GroupName, reason: string): ServiceError =>
  groupError(
    status.INTERNAL,
    'persistent-subscription-failed',
    name,
    `Subscription group ${name.group} on stream ${name.stream} failed: '${reason}'`,
    { reason },
  );

export const groupDoesNotExist = (name: GroupName): ServiceError =>
  groupError(
    status.NOT_FOUND,
    'persistent-subscription-does-not-exist',
    name,
    `Subscription group ${name.group} on stream ${name.stream} does not exist.`,
  );

export const groupExists = (name: GroupName): ServiceError =>
  groupError(
    status.ALREADY_EXISTS,
    'persistent-subscription-exists',
    name,
    `Subscription group ${name.group} on stream ${name.stream} exists.`,
  );

export const maximumSubscribersReached = (name: GroupName): ServiceError =>
  groupError(
    status.FAILED_PRECONDITION,
    'maximum-subscribers-reached',
    name,
    `Maximum subscriptions reached for subscription group ${name.group} on stream ${name.stream}.`,
  );

export const groupDropped = (name: GroupName): ServiceError =>
  groupError(
    status.CANCELLED,
    'persistent-subscription-dropped',
    name,
    `Subscription group ${name.group} on stream ${name.stream} was dropped.`,
  );
