import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '../log.ts';
import { readDetails } from '../storedEvent.ts';
import { groupsUnderTest, idsOf, nameOfStreamGroup, newEvent, onStream, openLog, textOf, until } from './testing.ts';

describe('parked messages', () => {
  const parkedStream = '$persistentsubscription-order-1::billing-parked';

  const withParked = async (count: number) => {
    const { groups, append, last, group, join } = groupsUnderTest();
    await groups.create(onStream());
    await append('order-1', ...Array.from({ length: count }, () => newEvent('A')));
    const one = join(nameOfStreamGroup, 1_000);
    group().nack(idsOf(one), 'park', 'poison');
    await until(() => group().parkedCount() === BigInt(count));
    return { one, last, group: group() };
  };

  it('are links with the time and the reason', async () => {
    const { last } = await withParked(1);
    const link = last(parkedStream);
    expect(link?.type).toBe('$>');
    expect(textOf(link)).toBe('0@order-1');
    const metadata: unknown = JSON.parse(link === undefined ? '' : readDetails(link).metadata.toString('utf8'));
    expect(metadata).toMatchObject({
      added: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      reason: "Client explicitly NAK'ed message.\npoison",
    });
  });

  it('come again in their order when they are replayed, and leave the stream', async () => {
    const { group, one } = await withParked(250);
    group.replayParked(undefined);
    await until(() => group.parkedCount() === 0n);
    const again = one.messages.slice(250);
    expect(again.map(({ target }) => target?.revision)).toEqual(
      Array.from({ length: 250 }, (_, revision) => BigInt(revision)),
    );
    expect(again.every(({ retryCount }) => retryCount === 0)).toBe(true);
  });

  it('stay from the given number of the parked stream on', async () => {
    const { group, one } = await withParked(3);
    group.replayParked(2n);
    await until(() => group.parkedCount() === 1n);
    expect(one.messages.slice(3).map(({ target }) => target?.revision)).toEqual([0n, 1n]);
  });

  it('are parked again under their event, not under the link', async () => {
    const { last, group, one } = await withParked(1);
    group.replayParked(undefined);
    await until(() => one.messages.length === 2);
    group.nack([one.messages[1]?.id ?? ''], 'park', 'still poison');
    await until(() => group.parkedCount() === 1n);
    expect(textOf(last(parkedStream))).toBe('0@order-1');
  });

  it('are neither lost nor checkpointed while the log refuses to store them', async () => {
    const sound = openLog();
    let full = false;
    const log: EventLog = {
      ...sound,
      append: (wanted) =>
        full && wanted.stream === parkedStream ? Promise.reject(new Error('disk full')) : sound.append(wanted),
    };
    const { groups, append, group, join } = groupsUnderTest(log);
    await groups.create(onStream());
    await append('order-1', newEvent('A'), newEvent('B'));
    const one = join();
    full = true;
    group().ack(idsOf(one).slice(0, 1));
    group().nack(idsOf(one).slice(1), 'park', 'poison');
    await until(() => group().counts().lastCheckpoint === 0n);
    full = false;
    await until(() => group().parkedCount() === 1n);
    await until(() => group().counts().lastCheckpoint === 1n);
    expect(one.received).toEqual(['0', '1']);
  });
});
