import { afterEach } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createEventLog } from '../eventLog/createEventLog.ts';
import type { EventLog, NewEvent, StoredEvent } from '../log.ts';
import { openTemporary } from '../storage/open.ts';
import { readDetails } from '../storedEvent.ts';
import type { GroupDefinition } from './definition.ts';
import { consumer, settings, type RecordingConsumer } from './engine/testing.ts';
import type { GroupName } from './groupName.ts';
import { startGroups, type Groups } from './groups.ts';
import type { HostedGroup } from './hostedGroup.ts';
import { readLast } from './systemEvents.ts';

const tickMs = 20;

export const newEvent = (type: string, fields: Partial<NewEvent> = {}): NewEvent => ({
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

export const openLog = (): EventLog => {
  const storage = openTemporary();
  closing.push(storage.close);
  return createEventLog(storage);
};

export const onStream = (changes: Partial<GroupDefinition['settings']> = {}): GroupDefinition => ({
  source: { kind: 'stream', stream: 'order-1' },
  group: 'billing',
  startFrom: '0',
  settings: { ...settings, minCheckpointCount: 1, checkpointAfterMs: 1, ...changes },
});

export const onAll = (changes: Partial<GroupDefinition> = {}): GroupDefinition => ({
  ...onStream(),
  source: { kind: 'all', filter: { on: 'eventType', regex: '^Paid$' } },
  startFrom: 'C:0/P:0',
  ...changes,
});

export const nameOfStreamGroup = { stream: 'order-1', group: 'billing' };
export const nameOfAllGroup = { stream: '$all', group: 'billing' };

/** All groups of a log, and what the tests do to them and to it. A name that is left out is the stream group's. */
export interface GroupsUnderTest {
  readonly log: EventLog;
  readonly groups: Groups;
  readonly append: (stream: string, ...events: NewEvent[]) => Promise<void>;
  readonly last: (stream: string) => StoredEvent | undefined;
  /** The group of that name. Throws when there is none. */
  readonly group: (name?: GroupName) => HostedGroup;
  /** Connects a further consumer to a group. */
  readonly join: (name?: GroupName, slots?: number) => RecordingConsumer;
}

/** Starts the groups that a log holds; without a log, none on a new one. They are stopped after the test. */
export const groupsUnderTest = (log = openLog()): GroupsUnderTest => {
  const groups = startGroups(log, tickMs);
  closing.push(groups.stop);
  const group = (name = nameOfStreamGroup) => {
    const found = groups.find(name);
    if (found === undefined) throw new Error(`Expected group ${name.group} on ${name.stream}, found none.`);
    return found;
  };
  return {
    log,
    groups,
    group,
    append: async (stream, ...events) => void (await log.append({ stream, expected: 'any', events })),
    last: (stream) => readLast(log, stream).events[0],
    join: (name, slots = 10) => {
      const port = consumer(slots);
      group(name).connect(port);
      group(name).push();
      return port;
    },
  };
};

export const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};

export const idsOf = ({ messages }: RecordingConsumer) => messages.map(({ id }) => id);
export const typesOf = ({ messages }: RecordingConsumer) => messages.map(({ original }) => original.type);
export const textOf = (event: StoredEvent | undefined) => event && readDetails(event).data.toString('utf8');
