import { describe, expect, it } from '@jest/globals';
import { settings } from './engine/testing.ts';
import { startGroups } from './groups.ts';
import {
  groupsUnderTest,
  idsOf,
  nameOfAllGroup,
  nameOfStreamGroup,
  newEvent,
  onAll,
  onStream,
  textOf,
  typesOf,
  until,
} from './testing.ts';

describe('what is stored', () => {
  const checkpointStream = '$persistentsubscription-order-1::billing-checkpoint';

  const acknowledged = async () => {
    const { log, groups, append, last, group, join } = groupsUnderTest();
    await append('order-1', newEvent('A'), newEvent('B'), newEvent('C'));
    await groups.create(onStream());
    const one = join();
    group().ack(idsOf(one).slice(0, 2));
    await until(() => last(checkpointStream) !== undefined);
    return { log, groups, last };
  };

  it('is the revision before the lowest one outstanding, as an event of its own', async () => {
    const { last } = await acknowledged();
    expect(last(checkpointStream)?.type).toBe('SubscriptionCheckpoint');
    expect(textOf(last(checkpointStream))).toBe('"1"');
  });

  it('lets the next start go on behind the checkpoint, with the group as it was', async () => {
    const { log, groups } = await acknowledged();
    await groups.stop();
    const { group, join } = groupsUnderTest(log);
    expect(group().definition).toEqual(onStream());
    expect(typesOf(join())).toEqual(['C']);
  });

  it('of $all is a position', async () => {
    const { groups, append, last, group, join } = groupsUnderTest();
    await groups.create(onAll());
    const hosted = group(nameOfAllGroup);
    const one = join(nameOfAllGroup);
    await append('order-1', newEvent('Paid'));
    const position = one.messages[0]?.original.position ?? 0n;
    const checkpoint = () => hosted.counts().lastCheckpoint ?? 0n;
    hosted.ack(idsOf(one));
    // Not exactly there for long: the checkpoint's own stream gets metadata, which is in $all and passed by at once.
    await until(() => checkpoint() >= position);
    await groups.stop();
    const stored = textOf(last('$persistentsubscription-$all::billing-checkpoint'));
    expect(stored).toBe(`"C:${checkpoint()}/P:${checkpoint()}"`);
  });

  it('is refused when another program wrote it', async () => {
    const { log, append } = groupsUnderTest();
    await append(
      '$persistentSubscriptionConfig',
      newEvent('$PersistentConfig', { data: Buffer.from('{"version":"9"}') }),
    );
    expect(() => startGroups(log)).toThrow('Expected event 0 of $persistentSubscriptionConfig');
  });
});

describe('changes', () => {
  it('are made one after the other, and never twice', async () => {
    const { groups } = groupsUnderTest();
    const outcomes = await Promise.all([groups.create(onStream()), groups.create(onStream()), groups.create(onAll())]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'exists', 'done']);
    expect(groups.list().map(({ definition }) => definition)).toEqual([onAll(), onStream()]);
  });

  it('say what is missing', async () => {
    const { groups } = groupsUnderTest();
    expect(await groups.update(onStream())).toEqual({ outcome: 'missing' });
    expect(await groups.remove(nameOfStreamGroup)).toEqual({ outcome: 'missing' });
  });

  it('refuse a batch that does not fit into the buffer', async () => {
    const { groups } = groupsUnderTest();
    expect(await groups.create(onStream({ readBatchSize: 500 }))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('ReadBatchSize may not be greater than or equal to BufferSize'),
    });
    expect(groups.find(nameOfStreamGroup)).toBeUndefined();
  });

  it('of settings drop the consumers and keep the filter', async () => {
    const { groups, group, join } = groupsUnderTest();
    await groups.create(onAll());
    const one = join(nameOfAllGroup);
    const changed = onAll({ source: { kind: 'all', filter: undefined }, settings: { ...settings, maxRetryCount: 3 } });
    await groups.update(changed);
    expect(one.dropped).toBe(true);
    expect(group(nameOfAllGroup).definition).toEqual({ ...changed, source: onAll().source });
  });

  it('leave nothing of a deleted group to its successor', async () => {
    const { groups, append, last, group, join } = groupsUnderTest();
    await groups.create(onStream());
    const one = join();
    await append('order-1', newEvent('A'), newEvent('B'));
    const [first, second] = one.messages;
    group().nack([first?.id ?? ''], 'park', 'bad');
    group().ack([second?.id ?? '']);
    await until(() => last('$persistentsubscription-order-1::billing-checkpoint') !== undefined);
    await groups.remove(nameOfStreamGroup);
    expect(one.dropped).toBe(true);
    await groups.create(onStream());
    expect(group().parkedCount()).toBe(0n);
    expect(typesOf(join())).toEqual(['A', 'B']);
  });

  it('survive a restart of all groups, which drops the consumers', async () => {
    const { groups, append, join } = groupsUnderTest();
    await groups.create(onStream());
    await append('order-1', newEvent('A'));
    const one = join();
    await groups.restart();
    expect(one.dropped).toBe(true);
    expect(typesOf(join())).toEqual(['A']);
  });
});

describe('groups that are stopped', () => {
  it('leave the log alone and are changed no more', async () => {
    const { log, groups, append, group, join } = groupsUnderTest();
    await groups.create(onStream());
    const stopped = group();
    const one = join();
    await append('order-1', newEvent('A'));
    await groups.stop();
    expect(one.dropped).toBe(true);
    const end = log.end();
    stopped.nack(idsOf(one), 'park', 'too late');
    stopped.tick();
    await expect(groups.create(onAll())).rejects.toMatchObject({ code: 14 });
    expect(log.end()).toBe(end);
  });
});
