import {
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { anEvent, newName } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

const allChanged: Omit<PersistentSubscriptionToStreamSettings, 'startFrom'> = {
  resolveLinkTos: true,
  extraStatistics: true,
  messageTimeout: 1234,
  maxRetryCount: 7,
  checkPointAfter: 4321,
  checkPointLowerBound: 3,
  checkPointUpperBound: 33,
  maxSubscriberCount: 9,
  liveBufferSize: 111,
  readBatchSize: 11,
  historyBufferSize: 222,
  consumerStrategyName: 'Pinned',
};

describe('the settings of a group', () => {
  it('are the client’s defaults when nothing is changed', async () => {
    const { info } = await createStreamGroup(server.client, { startFrom: 'end' });
    expect((await info()).settings).toEqual(persistentSubscriptionToStreamSettingsFromDefaults());
  });

  it('on $all are the client’s defaults when nothing is changed', async () => {
    const { info } = await createAllGroup(server.client, { startFrom: 'end' });
    expect((await info()).settings).toEqual(persistentSubscriptionToAllSettingsFromDefaults());
  });

  it('are those it was created with', async () => {
    const { info } = await createStreamGroup(server.client, { ...allChanged, startFrom: 5n });
    expect((await info()).settings).toEqual({ ...allChanged, startFrom: 5n });
  });

  it('on $all are those it was created with', async () => {
    const { position } = await server.client.appendToStream(newName('stream'), anEvent());
    const { info } = await createAllGroup(server.client, { ...allChanged, startFrom: position });
    expect((await info()).settings).toEqual({ ...allChanged, startFrom: position });
  });

  it('are those of the last update', async () => {
    const { info, update } = await createStreamGroup(server.client);
    await update({ messageTimeout: 777, checkPointUpperBound: 55, startFrom: 2n });
    expect((await info()).settings).toMatchObject({ messageTimeout: 777, checkPointUpperBound: 55, startFrom: 2n });
  });

  it('on $all are those of the last update', async () => {
    const { info, update } = await createAllGroup(server.client, { startFrom: 'end' });
    await update({ messageTimeout: 777, checkPointUpperBound: 55 });
    expect((await info()).settings).toMatchObject({ messageTimeout: 777, checkPointUpperBound: 55, startFrom: 'end' });
  });

  it.each(['start', 'end', 1n, 9n] as const)('say where a group on a stream starts, from %s', async (startFrom) => {
    const { info } = await createStreamGroup(server.client, { startFrom });
    expect((await info()).settings.startFrom).toBe(startFrom);
  });

  it.each(['start', 'end'] as const)('say where a group on $all starts, from %s', async (startFrom) => {
    const { info } = await createAllGroup(server.client, { startFrom });
    expect((await info()).settings.startFrom).toBe(startFrom);
  });

  it.each(['RoundRobin', 'DispatchToSingle', 'Pinned'] as const)(
    'say that the strategy is %s',
    async (consumerStrategyName) => {
      const { info } = await createStreamGroup(server.client, { consumerStrategyName });
      expect((await info()).settings.consumerStrategyName).toBe(consumerStrategyName);
    },
  );
});

describe('a read batch that is not smaller than the history buffer', () => {
  it.each([20, 21])('is refused with the reason in words, at %i of 20', async (readBatchSize) => {
    const [stream, group] = [newName('stream'), newName('group')];
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ historyBufferSize: 20, readBatchSize });
    await expect(server.client.createPersistentSubscriptionToStream(stream, group, settings)).rejects.toMatchObject({
      type: 'persistent-subscription-failed',
      code: 13,
      streamName: stream,
      groupName: group,
      reason: expect.stringMatching(/\w+ \w+/),
    });
    await expect(server.client.getPersistentSubscriptionToStreamInfo(stream, group)).rejects.toMatchObject({
      type: 'persistent-subscription-does-not-exist',
    });
  });

  it('is refused on $all too', async () => {
    const group = newName('group');
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ historyBufferSize: 20, readBatchSize: 20 });
    await expect(server.client.createPersistentSubscriptionToAll(group, settings)).rejects.toMatchObject({
      type: 'persistent-subscription-failed',
      code: 13,
      streamName: '$all',
      groupName: group,
    });
  });

  it('may be one less', async () => {
    const { info } = await createStreamGroup(server.client, { historyBufferSize: 20, readBatchSize: 19 });
    expect((await info()).settings).toMatchObject({ historyBufferSize: 20, readBatchSize: 19 });
  });
});
