import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '../log.ts';
import { settings } from './engine/testing.ts';
import { startGroups } from './groups.ts';
import {
  newEvent,
  openLog,
  start,
  append,
  onStream,
  onAll,
  nameOfStreamGroup,
  nameOfAllGroup,
  found,
  join,
  until,
  typesOf,
  lastEvent,
  textOf,
} from './testing.ts';

describe('what is stored', () => {
  const checkpointStream = '$persistentsubscription-order-1::billing-checkpoint';

  const acknowledged = async (log: EventLog) => {
    const groups = start(log);
    await append(log, 'order-1', newEvent('A'), newEvent('B'), newEvent('C'));
    await groups.create(onStream());
    const one = join(groups);
    found(groups).ack(one.messages.slice(0, 2).map(({ id }) => id));
    await until(() => lastEvent(log, checkpointStream) !== undefined);
    return groups;
  };

  it('is the revision before the lowest one outstanding, as an event of its own', async () => {
    const log = openLog();
    await acknowledged(log);
    expect(lastEvent(log, checkpointStream)?.type).toBe('SubscriptionCheckpoint');
    expect(textOf(lastEvent(log, checkpointStream))).toBe('"1"');
  });

  it('lets the next start go on behind the checkpoint, with the group as it was', async () => {
    const log = openLog();
    await (await acknowledged(log)).stop();
    const groups = start(log);
    expect(found(groups).definition).toEqual(onStream());
    expect(typesOf(join(groups))).toEqual(['C']);
  });

  it('of $all is a position', async () => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onAll());
    const one = join(groups, nameOfAllGroup);
    await append(log, 'order-1', newEvent('Paid'));
    const position = one.messages[0]?.original.position;
    found(groups, nameOfAllGroup).ack(one.messages.map(({ id }) => id));
    const stream = '$persistentsubscription-$all::billing-checkpoint';
    await until(() => found(groups, nameOfAllGroup).counts().lastCheckpoint === position);
    await groups.stop();
    expect(textOf(lastEvent(log, stream))).toBe(`"C:${position}/P:${position}"`);
  });

  it('is refused when another program wrote it', async () => {
    const log = openLog();
    await append(
      log,
      '$persistentSubscriptionConfig',
      newEvent('$PersistentConfig', { data: Buffer.from('{"version":"9"}') }),
    );
    expect(() => startGroups(log)).toThrow('Expected event 0 of $persistentSubscriptionConfig');
  });
});

describe('changes', () => {
  it('are made one after the other, and never twice', async () => {
    const groups = start(openLog());
    const outcomes = await Promise.all([groups.create(onStream()), groups.create(onStream()), groups.create(onAll())]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'exists', 'done']);
    expect(groups.list().map(({ definition }) => definition)).toEqual([onAll(), onStream()]);
  });

  it('say what is missing', async () => {
    const groups = start(openLog());
    expect(await groups.update(onStream())).toEqual({ outcome: 'missing' });
    expect(await groups.remove(nameOfStreamGroup)).toEqual({ outcome: 'missing' });
  });

  it('refuse a batch that does not fit into the buffer', async () => {
    const groups = start(openLog());
    expect(await groups.create(onStream({ readBatchSize: 500 }))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('ReadBatchSize may not be greater than or equal to BufferSize'),
    });
    expect(groups.find(nameOfStreamGroup)).toBeUndefined();
  });

  it('of settings drop the consumers and keep the filter', async () => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onAll());
    const one = join(groups, nameOfAllGroup);
    const changed = onAll({ source: { kind: 'all', filter: undefined }, settings: { ...settings, maxRetryCount: 3 } });
    await groups.update(changed);
    expect(one.dropped).toBe(true);
    expect(found(groups, nameOfAllGroup).definition).toEqual({ ...changed, source: onAll().source });
  });

  it('leave nothing of a deleted group to its successor', async () => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onStream());
    const one = join(groups);
    await append(log, 'order-1', newEvent('A'), newEvent('B'));
    const [first, second] = one.messages;
    found(groups).nack([first?.id ?? ''], 'park', 'bad');
    found(groups).ack([second?.id ?? '']);
    await until(() => lastEvent(log, '$persistentsubscription-order-1::billing-checkpoint') !== undefined);
    await groups.remove(nameOfStreamGroup);
    expect(one.dropped).toBe(true);
    await groups.create(onStream());
    expect(found(groups).parkedCount()).toBe(0n);
    expect(typesOf(join(groups))).toEqual(['A', 'B']);
  });

  it('survive a restart of all groups, which drops the consumers', async () => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onStream());
    await append(log, 'order-1', newEvent('A'));
    const one = join(groups);
    await groups.restart();
    expect(one.dropped).toBe(true);
    expect(typesOf(join(groups))).toEqual(['A']);
  });
});

describe('groups that are stopped', () => {
  it('leave the log alone and are changed no more', async () => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onStream());
    const group = found(groups);
    const one = join(groups);
    await append(log, 'order-1', newEvent('A'));
    await groups.stop();
    expect(one.dropped).toBe(true);
    const end = log.end();
    group.nack([one.messages[0]?.id ?? ''], 'park', 'too late');
    group.tick();
    await expect(groups.create(onAll())).rejects.toMatchObject({ code: 14 });
    expect(log.end()).toBe(end);
  });
});
