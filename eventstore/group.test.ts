import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypeFilter } from '@eventstore/db-client';
import { filterOf } from '../domain/topics.ts';
import { startTestStore, type TestStore } from '../tests/fixtures/eventStore.ts';
import { ensureGroup, groupSettings } from './group.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const settingsOf = (topic: string) =>
  test.store.run(async (client) => (await client.getPersistentSubscriptionToAllInfo(topic)).settings);

describe('the group of a topic', () => {
  it('is made once, however many ask for it at the same time', async () => {
    const topic = 'orders.create';
    await Promise.all([ensureGroup(test.store, topic), ensureGroup(test.store, topic), ensureGroup(test.store, topic)]);
    expect(await settingsOf(topic)).toMatchObject({ startFrom: 'start', checkPointLowerBound: 1 });
  });

  it('takes over the settings of newer code', async () => {
    const topic = 'billing.payments';
    const older = { ...groupSettings(topic), messageTimeout: 1_234 };
    const filter = eventTypeFilter({ regex: filterOf(topic) });
    await test.store.run((client) => client.createPersistentSubscriptionToAll(topic, older, { filter }));
    await ensureGroup(test.store, topic);
    expect((await settingsOf(topic)).messageTimeout).toBe(groupSettings(topic).messageTimeout);
  });
});
