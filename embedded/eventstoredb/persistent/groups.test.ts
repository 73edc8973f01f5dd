import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createEventLog } from '../eventLog/createEventLog.ts';
import type { EventLog, NewEvent, StoredEvent } from '../log.ts';
import { openTemporary } from '../storage/open.ts';
import { readDetails } from '../storedEvent.ts';
import type { GroupDefinition } from './definition.ts';
import { consumer, settings, type RecordingConsumer } from './engine/testing.ts';
import { startGroups, type Groups } from './groups.ts';

const tickMs = 20;
const last = 0x7fff_ffff_ffff_ffffn;

const newEvent = (type: string, fields: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  metadata: Buffer.alloc(0),
  data: Buffer.from('{}'),
  ...fields,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const openLog = (): EventLog => {
  const storage = openTemporary();
  closing.push(storage.close);
  return createEventLog(storage);
};

const start = (log: EventLog): Groups => {
  const groups = startGroups(log, tickMs);
  closing.push(groups.stop);
  return groups;
};

const append = async (log: EventLog, stream: string, ...events: NewEvent[]) => {
  await log.append({ stream, expected: 'any', events });
};

const onStream = (changes: Partial<GroupDefinition['settings']> = {}): GroupDefinition => ({
  source: { kind: 'stream', stream: 'order-1' },
  group: 'billing',
  startFrom: '0',
  settings: { ...settings, minCheckpointCount: 1, checkpointAfterMs: 1, ...changes },
});

const onAll = (changes: Partial<GroupDefinition> = {}): GroupDefinition => ({
  ...onStream(),
  source: { kind: 'all', filter: { on: 'eventType', regex: '^Paid$' } },
  startFrom: 'C:0/P:0',
  ...changes,
});

const nameOfStreamGroup = { stream: 'order-1', group: 'billing' };
const nameOfAllGroup = { stream: '$all', group: 'billing' };

const found = (groups: Groups, name = nameOfStreamGroup) => {
  const group = groups.find(name);
  if (group === undefined) throw new Error(`Expected group ${name.group} on ${name.stream}, found none.`);
  return group;
};

const join = (groups: Groups, name = nameOfStreamGroup, slots = 10): RecordingConsumer => {
  const port = consumer(slots);
  const group = found(groups, name);
  group.connect(port);
  group.push();
  return port;
};

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};

const typesOf = ({ messages }: RecordingConsumer) => messages.map(({ original }) => original.type);
const lastEvent = (log: EventLog, stream: string): StoredEvent | undefined =>
  log.readStream({ stream, from: last, direction: 'backwards', limit: 1 }).events[0];
const textOf = (event: StoredEvent | undefined) => event && readDetails(event).data.toString('utf8');

describe('a group on a stream', () => {
  it('delivers what is there and what comes, of this stream only', async () => {
    const log = openLog();
    const groups = start(log);
    await append(log, 'order-1', newEvent('A'), newEvent('B'));
    await groups.create(onStream());
    const one = join(groups);
    await append(log, 'order-2', newEvent('X'));
    await append(log, 'order-1', newEvent('C'));
    expect(typesOf(one)).toEqual(['A', 'B', 'C']);
  });

  it('delivers all of a stream that is longer than its buffer', async () => {
    const log = openLog();
    const groups = start(log);
    await append(log, 'order-1', ...Array.from({ length: 250 }, () => newEvent('A')));
    await groups.create(onStream({ historyBufferSize: 30 }));
    const one = join(groups);
    for (let answered = 0; answered < 250; answered += 1) {
      await until(() => one.messages.length > answered);
      found(groups).ack([one.messages[answered]?.id ?? '']);
    }
    expect(one.received).toEqual(Array.from({ length: 250 }, (_, revision) => String(revision)));
    expect(found(groups).counts().live).toBe(true);
  });

  it('resolves links when told to, and delivers those that lead nowhere as they are', async () => {
    const log = openLog();
    const groups = start(log);
    await append(log, 'target', newEvent('A'));
    const link = (to: string) => newEvent('$>', { data: Buffer.from(to) });
    await groups.create(onStream({ resolveLinks: true }));
    await append(log, 'order-1', link('0@target'), link('7@target'));
    const { messages } = join(groups);
    expect(messages.map(({ target }) => target?.type)).toEqual(['A', undefined]);
    expect(messages.map(({ isLink }) => isLink)).toEqual([true, true]);
  });
});

describe('a group on $all', () => {
  it('delivers what passes its filter, however much does not', async () => {
    const log = openLog();
    const groups = start(log);
    const noise = Array.from({ length: 2_500 }, () => newEvent('Noise'));
    await append(log, 'order-1', newEvent('Paid'), ...noise, newEvent('Paid'), newEvent('PaidTwice'));
    await groups.create(onAll());
    const one = join(groups, nameOfAllGroup);
    await until(() => one.messages.length === 2);
    await append(log, 'order-2', newEvent('Paid'), newEvent('Noise'));
    expect(typesOf(one)).toEqual(['Paid', 'Paid', 'Paid']);
  });

  it('is not woken by its own checkpoints', async () => {
    const log = openLog();
    const groups = start(log);
    await append(log, 'order-1', newEvent('Paid'));
    await groups.create(onAll({ source: { kind: 'all', filter: undefined } }));
    const one = join(groups, nameOfAllGroup);
    await until(() => one.messages.length > 0);
    found(groups, nameOfAllGroup).ack(one.messages.map(({ id }) => id));
    await until(() => lastEvent(log, '$persistentsubscription-$all::billing-checkpoint') !== undefined);
    expect(typesOf(one)).not.toContain('SubscriptionCheckpoint');
  });

  it('checkpoints the event before the lowest one outstanding, whether or not it passed', async () => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onAll());
    const one = join(groups, nameOfAllGroup);
    await append(log, 'order-1', newEvent('Paid'), newEvent('Noise'), newEvent('Noise'), newEvent('Paid'));
    const noise = log.readStream({ stream: 'order-1', from: 2n, direction: 'forwards', limit: 1 }).events[0];
    found(groups, nameOfAllGroup).ack(one.messages.slice(0, 1).map(({ id }) => id));
    await until(() => found(groups, nameOfAllGroup).counts().lastCheckpoint === noise?.position);
    expect(typesOf(one)).toEqual(['Paid', 'Paid']);
  });

  it('refuses to start beyond the end', async () => {
    const log = openLog();
    const groups = start(log);
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
    const groups = start(log);
    await groups.create(onStream({ historyBufferSize: 30 }));
    await append(log, 'order-1', ...Array.from({ length: 40 }, () => newEvent('A')));
    damaged = true;
    const one = join(groups, nameOfStreamGroup, 40);
    expect(one.dropped).toBe(true);
    expect(found(groups).connect(consumer())).toBe('closed');
    damaged = false;
    await groups.restart();
    const again = join(groups, nameOfStreamGroup, 40);
    await until(() => again.messages.length === 40);
  });
});

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

describe('parked messages', () => {
  const parkedStream = '$persistentsubscription-order-1::billing-parked';

  const withParked = async (count: number) => {
    const log = openLog();
    const groups = start(log);
    await groups.create(onStream());
    await append(log, 'order-1', ...Array.from({ length: count }, () => newEvent('A')));
    const one = join(groups, nameOfStreamGroup, 1_000);
    found(groups).nack(
      one.messages.map(({ id }) => id),
      'park',
      'poison',
    );
    await until(() => found(groups).parkedCount() === BigInt(count));
    return { log, groups, one, group: found(groups) };
  };

  it('are links with the time and the reason', async () => {
    const { log } = await withParked(1);
    const link = lastEvent(log, parkedStream);
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
    const { log, group, one } = await withParked(1);
    group.replayParked(undefined);
    await until(() => one.messages.length === 2);
    group.nack([one.messages[1]?.id ?? ''], 'park', 'still poison');
    await until(() => group.parkedCount() === 1n);
    expect(textOf(lastEvent(log, parkedStream))).toBe('0@order-1');
  });

  it('are neither lost nor checkpointed while the log refuses to store them', async () => {
    const sound = openLog();
    let full = false;
    const log: EventLog = {
      ...sound,
      append: (wanted) =>
        full && wanted.stream === parkedStream ? Promise.reject(new Error('disk full')) : sound.append(wanted),
    };
    const groups = start(log);
    await groups.create(onStream());
    await append(log, 'order-1', newEvent('A'), newEvent('B'));
    const one = join(groups);
    full = true;
    found(groups).ack(one.messages.slice(0, 1).map(({ id }) => id));
    found(groups).nack(
      one.messages.slice(1).map(({ id }) => id),
      'park',
      'poison',
    );
    await until(() => found(groups).counts().lastCheckpoint === 0n);
    full = false;
    await until(() => found(groups).parkedCount() === 1n);
    await until(() => found(groups).counts().lastCheckpoint === 1n);
    expect(one.received).toEqual(['0', '1']);
  });
});
