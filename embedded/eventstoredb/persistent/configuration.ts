import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { EventLog } from '../log.ts';
import { readDetails } from '../storedEvent.ts';
import type { GroupDefinition } from './definition.ts';
import { strategyNames } from './engine/strategies.ts';
import { EventFilter } from '../filter.ts';
import { nameOf, type Source } from './source.ts';
import { appendSystemEvent, jsonEvent, readLast, writeStreamMetadata } from './systemEvents.ts';

/** Where the real server keeps the definitions of all groups: in the last event of this stream. */
const stream = '$persistentSubscriptionConfig';

const Strategy = t.keyof({ DispatchToSingle: null, RoundRobin: null, Pinned: null, PinnedByCorrelation: null });

/** The fields of the real server's `PersistentSubscriptionEntry`; the filter is written in a form of our own. */
const Entry = t.type({
  stream: t.string,
  group: t.string,
  filter: t.union([EventFilter, t.undefined]),
  startPosition: t.string,
  resolveLinkTos: t.boolean,
  extraStatistics: t.boolean,
  messageTimeout: t.number,
  liveBufferSize: t.number,
  historyBufferSize: t.number,
  maxRetryCount: t.number,
  readBatchSize: t.number,
  checkPointAfter: t.number,
  minCheckPointCount: t.number,
  maxCheckPointCount: t.number,
  maxSubscriberCount: t.number,
  namedConsumerStrategy: Strategy,
});
type Entry = t.TypeOf<typeof Entry>;

const Configuration = t.type({ version: t.literal('2'), entries: t.array(Entry) });

const toEntry = ({ source, group, startFrom, settings }: GroupDefinition): Entry => ({
  stream: nameOf(source),
  group,
  filter: source.kind === 'all' ? source.filter : undefined,
  startPosition: startFrom,
  resolveLinkTos: settings.resolveLinks,
  extraStatistics: settings.extraStatistics,
  messageTimeout: settings.messageTimeoutMs,
  liveBufferSize: settings.liveBufferSize,
  historyBufferSize: settings.historyBufferSize,
  maxRetryCount: settings.maxRetryCount,
  readBatchSize: settings.readBatchSize,
  checkPointAfter: settings.checkpointAfterMs,
  minCheckPointCount: settings.minCheckpointCount,
  maxCheckPointCount: settings.maxCheckpointCount,
  maxSubscriberCount: settings.maxSubscriberCount,
  namedConsumerStrategy: settings.strategy,
});

const sourceOf = (entry: Entry): Source =>
  entry.stream === '$all' ? { kind: 'all', filter: entry.filter } : { kind: 'stream', stream: entry.stream };

const fromEntry = (entry: Entry): GroupDefinition => ({
  source: sourceOf(entry),
  group: entry.group,
  startFrom: entry.startPosition,
  settings: {
    resolveLinks: entry.resolveLinkTos,
    extraStatistics: entry.extraStatistics,
    messageTimeoutMs: entry.messageTimeout,
    maxRetryCount: entry.maxRetryCount,
    checkpointAfterMs: entry.checkPointAfter,
    minCheckpointCount: entry.minCheckPointCount,
    maxCheckpointCount: entry.maxCheckPointCount,
    maxSubscriberCount: entry.maxSubscriberCount,
    liveBufferSize: entry.liveBufferSize,
    historyBufferSize: entry.historyBufferSize,
    readBatchSize: entry.readBatchSize,
    strategy: entry.namedConsumerStrategy,
  },
});

/**
 * The definitions of all groups.
 * @throws Error when the stored configuration is not one this version wrote.
 */
export const loadDefinitions = (log: EventLog): readonly GroupDefinition[] => {
  const [last] = readLast(log, stream).events;
  if (last === undefined) return [];
  const text = readDetails(last).data.toString('utf8');
  const decoded = Configuration.decode(JSON.parse(text));
  if (isRight(decoded)) return decoded.right.entries.map(fromEntry);
  throw new Error(
    `Expected event ${last.revision} of ${stream} to hold the persistent subscriptions in version 2 with one of the ` +
      `strategies ${strategyNames.join(', ')}, found ${text}. Was the data folder written by another program?`,
  );
};

/** Stores the definitions; durable when the promise resolves. */
export const saveDefinitions = async (log: EventLog, definitions: readonly GroupDefinition[]): Promise<void> => {
  if (readLast(log, stream).state === 'missing') await writeStreamMetadata(log, stream, { $maxCount: 2 });
  const configuration = {
    version: '2',
    updated: new Date().toISOString(),
    entries: definitions.map(toEntry),
  };
  await appendSystemEvent(log, stream, jsonEvent('$PersistentConfig', configuration));
};
