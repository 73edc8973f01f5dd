import type persistent from '@eventstore/db-client/generated/persistent_pb.js';
import type shared from '@eventstore/db-client/generated/shared_pb.js';
import * as E from 'fp-ts/lib/Either.js';
import type { GroupDefinition } from './definition.ts';
import { isStrategyName } from './engine/strategies.ts';
import { readFilter, type EventFilter } from '../filter.ts';
import { streamName } from '../streamName.ts';
import type { GroupName } from './groupName.ts';
import type { GroupSettings } from './settings.ts';
import type { Source } from './source.ts';

type Settings = persistent.CreateReq.Settings | persistent.UpdateReq.Settings;
type StreamOptions = persistent.CreateReq.StreamOptions | persistent.UpdateReq.StreamOptions;
type AllOptions = persistent.CreateReq.AllOptions | persistent.UpdateReq.AllOptions;
type FilterOptions = persistent.CreateReq.AllOptions.FilterOptions;

/** A definition, or why there is none, in words for the client. */
export type DefinitionResult = E.Either<string, GroupDefinition>;

const ticksPerMillisecond = 10_000;

/** The legacy way of saying "from the end": the highest unsigned 64-bit number. */
const legacyEnd = '18446744073709551615';

const messageTimeoutMs = (settings: Settings): number =>
  settings.hasMessageTimeoutTicks()
    ? Math.trunc(Number(settings.getMessageTimeoutTicks()) / ticksPerMillisecond)
    : settings.getMessageTimeoutMs();

const checkpointAfterMs = (settings: Settings): number =>
  settings.hasCheckpointAfterTicks()
    ? Math.trunc(Number(settings.getCheckpointAfterTicks()) / ticksPerMillisecond)
    : settings.getCheckpointAfterMs();

const enumeratedStrategies = ['DispatchToSingle', 'RoundRobin', 'Pinned'];

/** The strategy by name where the request can say it and does, else by number. */
const strategyName = (settings: Settings): string =>
  ('getConsumerStrategy' in settings && settings.getConsumerStrategy()) ||
  (enumeratedStrategies[settings.getNamedConsumerStrategy()] ?? String(settings.getNamedConsumerStrategy()));

const settingsOf = (settings: Settings): E.Either<string, GroupSettings> => {
  const strategy = strategyName(settings);
  if (!isStrategyName(strategy)) return E.left(`Consumer strategy ${strategy} does not exist.`);
  return E.right({
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeoutMs: messageTimeoutMs(settings),
    maxRetryCount: settings.getMaxRetryCount(),
    checkpointAfterMs: checkpointAfterMs(settings),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    historyBufferSize: settings.getHistoryBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    strategy,
  });
};

const revisionOf = (options: StreamOptions): string => {
  if (options.hasStart()) return '0';
  return options.hasEnd() ? '-1' : options.getRevision();
};

const positionOf = (options: AllOptions): string => {
  if (options.hasStart()) return 'C:0/P:0';
  if (options.hasEnd()) return 'C:-1/P:-1';
  const position = options.getPosition();
  return `C:${position?.getCommitPosition() ?? 0}/P:${position?.getPreparePosition() ?? 0}`;
};

const filterOf = (options: FilterOptions | undefined): E.Either<string, EventFilter | undefined> =>
  options === undefined ? E.right(undefined) : readFilter(options);

interface Options {
  readonly getStream: () => StreamOptions | undefined;
  readonly getAll: () => AllOptions | undefined;
  readonly getStreamIdentifier: () => shared.StreamIdentifier | undefined;
  readonly getGroupName: () => string;
  readonly getSettings: () => Settings | undefined;
}

interface Start {
  readonly source: Source;
  readonly startFrom: string;
}

const streamStart = (stream: string, startFrom: string): E.Either<string, Start> => {
  if (stream === '') return E.left('Bad stream name.');
  if (stream === '$all') {
    return E.left('Persistent subscriptions to $all are only supported over gRPC through gRPC clients');
  }
  return E.right({ source: { kind: 'stream', stream }, startFrom });
};

const startOf = (options: Options, settings: Settings): E.Either<string, Start> => {
  const all = options.getAll();
  if (all !== undefined) {
    const filter = filterOf('getFilter' in all ? all.getFilter() : undefined);
    return E.map((passed: EventFilter | undefined): Start => {
      return { source: { kind: 'all', filter: passed }, startFrom: positionOf(all) };
    })(filter);
  }
  const stream = options.getStream();
  if (stream !== undefined) return streamStart(streamName(stream.getStreamIdentifier()), revisionOf(stream));
  const revision = settings.getRevision();
  return streamStart(streamName(options.getStreamIdentifier()), revision === legacyEnd ? '-1' : revision);
};

/** The definition that a create or update request states. An update states no filter: it keeps the old one. */
export const definitionOf = (options: Options | undefined): DefinitionResult => {
  const settings = options?.getSettings();
  if (options === undefined || settings === undefined) return E.left('Expected options with settings, found none.');
  const start = startOf(options, settings);
  if (E.isLeft(start)) return start;
  return E.map((known: GroupSettings) => ({ ...start.right, group: options.getGroupName(), settings: known }))(
    settingsOf(settings),
  );
};

/** The group that a create or update request names, for the error that refuses it. */
export const nameInDefinition = (options: Options | undefined): GroupName => ({
  stream: options?.getAll()
    ? '$all'
    : streamName(options?.getStream()?.getStreamIdentifier() ?? options?.getStreamIdentifier()),
  group: options?.getGroupName() ?? '',
});
