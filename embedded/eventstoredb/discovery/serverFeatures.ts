import grpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import pb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { sendUnaryData, ServiceDefinition } from '@grpc/grpc-js';
import type { NodeService } from '../nodeService.ts';
import { SERVER_VERSION } from './version.ts';

const STREAMS = 'event_store.client.streams.streams';
const GROUPS = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** What clients ask for by name before they use it; without `stream` and `all` they would fall back to HTTP. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  [`${STREAMS}/read`]: ['position', 'events'],
  [`${STREAMS}/batchappend`]: ['deadline_duration'],
  [`${GROUPS}/create`]: ['all'],
  [`${GROUPS}/update`]: ['all'],
  [`${GROUPS}/delete`]: ['all'],
  [`${GROUPS}/read`]: ['all'],
  [`${GROUPS}/getinfo`]: ['stream', 'all'],
  [`${GROUPS}/replayparked`]: ['stream', 'all'],
  [`${GROUPS}/list`]: ['stream', 'all'],
};

const supportedMethod = (path: string): pb.SupportedMethod => {
  const [service = '', method = ''] = path.toLowerCase().split('/').slice(1);
  return new pb.SupportedMethod()
    .setServiceName(service)
    .setMethodName(method)
    .setFeaturesList([...(FEATURES[`${service}/${method}`] ?? [])]);
};

/** `ServerFeatures.GetSupportedMethods`: the methods of the given services, as the real server lists them. */
export const createServerFeatures = (services: readonly ServiceDefinition[]): NodeService => {
  const supported = new pb.SupportedMethods()
    .setEventStoreServerVersion(SERVER_VERSION)
    .setMethodsList(services.flatMap((service) => Object.values(service).map(({ path }) => supportedMethod(path))));
  return {
    definition: grpc.ServerFeaturesService,
    implementation: {
      getSupportedMethods: (_: unknown, callback: sendUnaryData<pb.SupportedMethods>) => callback(null, supported),
    },
    stop: () => Promise.resolve(),
  };
};
