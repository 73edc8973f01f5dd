import type { handleUnaryCall, ServiceError } from '@grpc/grpc-js';
import grpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import * as E from 'fp-ts/lib/Either.js';
import type { EventLog } from '../log.ts';
import type { NodeService } from '../nodeService.ts';
import { invalidArgument, toServiceError } from '../rpcErrors.ts';
import { streamName } from '../streamName.ts';
import { definitionOf, nameInDefinition } from './definitionRequests.ts';
import { groupDoesNotExist, groupExists, groupFailed } from './errors.ts';
import { nameIn, type GroupName } from './groupName.ts';
import { startGroups, type Change, type Groups } from './groups.ts';
import type { HostedGroup } from './hostedGroup.ts';
import { subscriptionInfo } from './info.ts';
import { createReads, type ReadCall } from './read.ts';

type Answer<A> = E.Either<ServiceError, A>;

const unary =
  <Request, Response>(handle: (request: Request) => Promise<Answer<Response>>): handleUnaryCall<Request, Response> =>
  (call, callback) => {
    handle(call.request).then(
      (answer) => (E.isRight(answer) ? callback(null, answer.right) : callback(answer.left)),
      (error: unknown) => callback(toServiceError(error)),
    );
  };

const changed = (change: Change, name: GroupName): Answer<void> => {
  switch (change.outcome) {
    case 'done':
      return E.right(undefined);
    case 'exists':
      return E.left(groupExists(name));
    case 'missing':
      return E.left(groupDoesNotExist(name));
    case 'failed':
      return E.left(groupFailed(name, change.reason));
  }
};

const define = async (options: Parameters<typeof definitionOf>[0], change: Groups['create']): Promise<Answer<void>> => {
  const name = nameInDefinition(options);
  const definition = definitionOf(options);
  if (E.isLeft(definition)) return E.left(groupFailed(name, definition.left));
  return changed(await change(definition.right), name);
};

const findGroup = (groups: Groups, options: Parameters<typeof nameIn>[0] | undefined): Answer<HostedGroup> => {
  if (options === undefined) return E.left(invalidArgument('Expected options, found none.'));
  const name = nameIn(options);
  return E.fromNullable(groupDoesNotExist(name))(groups.find(name));
};

const replayParked = (groups: Groups, options: persistent.ReplayParkedReq.Options | undefined): Answer<void> => {
  const stopAt = options?.hasStopAt() ? BigInt(options.getStopAt()) : undefined;
  if (options !== undefined && stopAt !== undefined && stopAt < 0n) {
    return E.left(groupFailed(nameIn(options), 'Cannot stop replaying parked message at a negative version.'));
  }
  return E.map((group: HostedGroup) => group.replayParked(stopAt))(findGroup(groups, options));
};

const listed = (groups: Groups, options: persistent.ListReq.Options | undefined): Answer<readonly HostedGroup[]> => {
  const one = options?.getListForStream();
  if (one === undefined) return E.right(groups.list());
  const stream = one.hasAll() ? '$all' : streamName(one.getStream());
  return E.fromNullable(groupDoesNotExist({ stream, group: '' }))(groups.ofStream(stream));
};

const infoResponse = (group: HostedGroup) => new persistent.GetInfoResp().setSubscriptionInfo(subscriptionInfo(group));

const listResponse = (found: readonly HostedGroup[]) =>
  new persistent.ListResp().setSubscriptionsList(found.map(subscriptionInfo));

const unaryMethods = (groups: Groups) => ({
  create: unary(async (request: persistent.CreateReq) => {
    return E.map(() => new persistent.CreateResp())(await define(request.getOptions(), groups.create));
  }),
  update: unary(async (request: persistent.UpdateReq) => {
    return E.map(() => new persistent.UpdateResp())(await define(request.getOptions(), groups.update));
  }),
  delete: unary(async (request: persistent.DeleteReq) => {
    const options = request.getOptions();
    if (options === undefined) return E.left(invalidArgument('Expected options, found none.'));
    const name = nameIn(options);
    return E.map(() => new persistent.DeleteResp())(changed(await groups.remove(name), name));
  }),
  getInfo: unary(async (request: persistent.GetInfoReq) => {
    await groups.settled();
    return E.map(infoResponse)(findGroup(groups, request.getOptions()));
  }),
  list: unary(async (request: persistent.ListReq) => {
    await groups.settled();
    return E.map(listResponse)(listed(groups, request.getOptions()));
  }),
  replayParked: unary(async (request: persistent.ReplayParkedReq) => {
    await groups.settled();
    return E.map(() => new persistent.ReplayParkedResp())(replayParked(groups, request.getOptions()));
  }),
  restartSubsystem: unary(async (_: shared.Empty) => {
    await groups.restart();
    return E.right(new shared.Empty());
  }),
});

const service = grpc.PersistentSubscriptionsService;

const asBytes = (bytes: Buffer): Buffer => bytes;

/** Deliveries are ready-made bytes, and answers are parsed by hand. */
const definition = {
  ...service,
  read: { ...service.read, requestDeserialize: asBytes, responseSerialize: asBytes },
};

const start = (log: EventLog): NodeService => {
  const groups = startGroups(log);
  const reads = createReads(groups);
  return {
    definition,
    implementation: { ...unaryMethods(groups), read: (call: ReadCall) => reads.handle(call) },
    stop: async () => {
      reads.stop();
      await groups.stop();
    },
  };
};

/**
 * The service `event_store.client.persistent_subscriptions.PersistentSubscriptions` on a log.
 * @throws Error (rejects) when the stored configuration of the groups cannot be read.
 */
export const createPersistentSubscriptions = (log: EventLog): Promise<NodeService> =>
  new Promise((resolve) => resolve(start(log)));
