import { afterEach } from '@jest/globals';
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

export const start = (log: EventLog): Groups => {
  const groups = startGroups(log, tickMs);
  closing.push(groups.stop);
  return groups;
};

export const append = async (log: EventLog, stream: string, ...events: NewEvent[]) => {
  await log.append({ stream, expected: 'any', events });
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

export const found = (groups: Groups, name = nameOfStreamGroup) => {
  const group = groups.find(name);
  if (group === undefined) throw new Error(`Expected group ${name.group} on ${name.stream}, found none.`);
  return group;
};

export const join = (groups: Groups, name = nameOfStreamGroup, slots = 10): RecordingConsumer => {
  const port = consumer(slots);
  const group = found(groups, name);
  group.connect(port);
  group.push();
  return port;
};

export const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};

export const typesOf = ({ messages }: RecordingConsumer) => messages.map(({ original }) => original.type);
export const lastEvent = (log: EventLog, stream: string): StoredEvent | undefined =>
  log.readStream({ stream, from: last, direction: 'backwards', limit: 1 }).events[0];
export const textOf = (event: StoredEvent | undefined) => event && readDetails(event).data.toString('utf8');
