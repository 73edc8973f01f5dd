import { ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { describe, expect, it } from '@jest/globals';
import { useServer } from './server.ts';
import { answerTo, target } from './wire.ts';

const server = useServer();

const features = async () => {
  const wire = new ServerFeaturesClient(...target(server.url));
  const found = await answerTo<SupportedMethods>((done) => wire.getSupportedMethods(new shared.Empty(), done));
  wire.close();
  return found;
};

describe('the server says', () => {
  it('its version in three parts', async () => {
    expect((await features()).getEventStoreServerVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('the names of services and methods in lower case', async () => {
    const methods = (await features()).getMethodsList();
    const names = methods.map((method) => `${method.getServiceName()}/${method.getMethodName()}`);
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
    expect(new Set(names).size).toBe(names.length);
  });

  const streams = 'event_store.client.streams.streams';
  const groups = 'event_store.client.persistent_subscriptions.persistentsubscriptions';
  it.each<[service: string, method: string, features: string[]]>([
    [streams, 'read', ['events', 'position']],
    [streams, 'append', []],
    [streams, 'delete', []],
    [streams, 'tombstone', []],
    [streams, 'batchappend', ['deadline_duration']],
    [groups, 'create', ['all']],
    [groups, 'update', ['all']],
    [groups, 'delete', ['all']],
    [groups, 'read', ['all']],
    [groups, 'getinfo', ['all', 'stream']],
    [groups, 'replayparked', ['all', 'stream']],
    [groups, 'list', ['all', 'stream']],
    [groups, 'restartsubsystem', []],
  ])('that %s has %s, with the features %j', async (service, method, expected) => {
    const found = (await features())
      .getMethodsList()
      .find((candidate) => candidate.getServiceName() === service && candidate.getMethodName() === method);
    expect(found?.getFeaturesList().toSorted()).toEqual(expected);
  });
});
