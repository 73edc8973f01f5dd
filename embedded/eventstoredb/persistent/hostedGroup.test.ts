import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '../log.ts';
import { consumer } from './engine/testing.ts';
import {
  groupsUnderTest,
  idsOf,
  nameOfAllGroup,
  nameOfStreamGroup,
  newEvent,
  onAll,
  onStream,
  openLog,
  typesOf,
  until,
} from './testing.ts';

describe('a group on a stream', () => {
  it('delivers what is there and what comes, of this stream only', async () => {
    const { groups, append, join } = groupsUnderTest();
    await append('order-1', newEvent('A'), newEvent('B'));
    await groups.create(onStream());
    const one = join();
    await append('order-2', newEvent('X'));
    await append('order-1', newEvent('C'));
    expect(typesOf(one)).toEqual(['A', 'B', 'C']);
  });

  it('delivers all of a stream that is longer than its buffer', async () => {
    const { groups, append, group, join } = groupsUnderTest();
    await append('order-1', ...Array.from({ length: 250 }, () => newEvent('A')));
    await groups.create(onStream({ historyBufferSize: 30 }));
    const one = join();
    for (let answered = 0; answered < 250; answered += 1) {
      await until(() => one.messages.length > answered);
      group().ack([one.messages[answered]?.id ?? '']);
    }
    expect(one.received).toEqual(Array.from({ length: 250 }, (_, revision) => String(revision)));
    expect(group().counts().live).toBe(true);
  });

  it('resolves links when told to, and delivers those that lead nowhere as they are', async () => {
    const { groups, append, join } = groupsUnderTest();
    await append('target', newEvent('A'));
    const link = (to: string) => newEvent('$>', { data: Buffer.from(to) });
    await groups.create(onStream({ resolveLinks: true }));
    await append('order-1', link('0@target'), link('7@target'));
    const { messages } = join();
    expect(messages.map(({ target }) => target?.type)).toEqual(['A', undefined]);
    expect(messages.map(({ isLink }) => isLink)).toEqual([true, true]);
  });
});

describe('a group on $all', () => {
  it('delivers what passes its filter, however much does not', async () => {
    const { groups, append, join } = groupsUnderTest();
    const noise = Array.from({ length: 2_500 }, () => newEvent('Noise'));
    await append('order-1', newEvent('Paid'), ...noise, newEvent('Paid'), newEvent('PaidTwice'));
    await groups.create(onAll());
    const one = join(nameOfAllGroup);
    await until(() => one.messages.length === 2);
    await append('order-2', newEvent('Paid'), newEvent('Noise'));
    expect(typesOf(one)).toEqual(['Paid', 'Paid', 'Paid']);
  });

  it('is not woken by its own checkpoints', async () => {
    const { groups, append, last, group, join } = groupsUnderTest();
    await append('order-1', newEvent('Paid'));
    await groups.create(onAll({ source: { kind: 'all', filter: undefined } }));
    const one = join(nameOfAllGroup);
    await until(() => one.messages.length > 0);
    group(nameOfAllGroup).ack(idsOf(one));
    await until(() => last('$persistentsubscription-$all::billing-checkpoint') !== undefined);
    expect(typesOf(one)).not.toContain('SubscriptionCheckpoint');
  });

  it('checkpoints the event before the lowest one outstanding, whether or not it passed', async () => {
    const { log, groups, append, group, join } = groupsUnderTest();
    await groups.create(onAll());
    const one = join(nameOfAllGroup);
    await append('order-1', newEvent('Paid'), newEvent('Noise'), newEvent('Noise'), newEvent('Paid'));
    const noise = log.readStream({ stream: 'order-1', from: 2n, direction: 'forwards', limit: 1 }).events[0];
    group(nameOfAllGroup).ack(idsOf(one).slice(0, 1));
    await until(() => group(nameOfAllGroup).counts().lastCheckpoint === noise?.position);
    expect(typesOf(one)).toEqual(['Paid', 'Paid']);
  });

  it('refuses to start beyond the end', async () => {
    const { log, groups } = groupsUnderTest();
    const position = log.end() + 1_000n;
    expect(await groups.create(onAll({ startFrom: `C:${position}/P:${position}` }))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('less than or equal to the last commit position'),
    });
  });
});

describe('a log that cannot be read', () => {
  it('drops the consumers, and takes no more until the groups are restarted', async () => {
    const sound = openLog();
    let damaged = false;
    const log: EventLog = {
      ...sound,
      readStream: (query) => {
        if (damaged && query.stream === 'order-1') throw new Error('The event at position 7 is damaged.');
        return sound.readStream(query);
      },
    };
    const { groups, append, group, join } = groupsUnderTest(log);
    await groups.create(onStream({ historyBufferSize: 30 }));
    await append('order-1', ...Array.from({ length: 40 }, () => newEvent('A')));
    damaged = true;
    const one = join(nameOfStreamGroup, 40);
    expect(one.dropped).toBe(true);
    expect(group().connect(consumer())).toBe('closed');
    damaged = false;
    await groups.restart();
    const again = join(nameOfStreamGroup, 40);
    await until(() => again.messages.length === 40);
  });
});
