import {
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type EventStoreDBClient,
  type Filter,
  type PersistentAction,
  type PersistentSubscriptionBase,
  type PersistentSubscriptionToAllInfo,
  type PersistentSubscriptionToAllResolvedEvent,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStreamInfo,
  type PersistentSubscriptionToStreamResolvedEvent,
  type PersistentSubscriptionToStreamSettings,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { newName } from './events.ts';
import { record, type Recording } from './recording.ts';
import { eventually } from './waiting.ts';

/** A connected consumer of a group: what it was given, and its answers. */
export interface Consumer<E> extends Recording<E> {
  readonly ack: (...events: E[]) => Promise<void>;
  readonly nack: (action: PersistentAction, reason: string, ...events: E[]) => Promise<void>;
  /** Disconnects; what is not answered yet stays so. */
  readonly leave: () => Promise<void>;
}

export interface ConsumerOptions {
  /** How many messages the server may have under way to this consumer. */
  bufferSize?: number;
  /** Acks every message as it comes. */
  acking?: boolean;
  /** Another connection than the group's own. */
  client?: EventStoreDBClient;
}

interface Group<E, I, S> {
  readonly name: string;
  readonly subscribe: (options?: ConsumerOptions) => Consumer<E>;
  readonly info: () => Promise<I>;
  /** The group's info, as soon as it is as expected. */
  readonly infoWhen: (expected: string, isExpected: (info: I) => boolean) => Promise<I>;
  /** Changes the settings, which rebuilds the group from its checkpoint and drops its consumers. */
  readonly update: (changes?: Partial<S>) => Promise<void>;
}

export type StreamGroup = Group<
  PersistentSubscriptionToStreamResolvedEvent,
  PersistentSubscriptionToStreamInfo,
  PersistentSubscriptionToStreamSettings
> & { readonly stream: string; readonly parked: string; readonly checkpoints: string };

export type AllGroup = Group<
  PersistentSubscriptionToAllResolvedEvent,
  PersistentSubscriptionToAllInfo,
  PersistentSubscriptionToAllSettings
> & { readonly parked: string; readonly checkpoints: string };

const consume = <E extends ResolvedEvent>(
  subscription: PersistentSubscriptionBase<E>,
  acking: boolean | undefined,
): Consumer<E> => {
  const recording = record(subscription);
  const ack = (...events: E[]) => subscription.ack(...events);
  if (acking) subscription.on('data', (event) => void ack(event));
  return {
    ...recording,
    ack,
    nack: (action, reason, ...events) => subscription.nack(action, reason, ...events),
    leave: async () => {
      await subscription.unsubscribe();
      await recording.has('end');
    },
  };
};

/** A group that begins at the start of a stream, unless the changes say otherwise. */
export const createStreamGroup = async (
  client: EventStoreDBClient,
  changes: Partial<PersistentSubscriptionToStreamSettings> = {},
  stream = newName('stream'),
): Promise<StreamGroup> => {
  const name = newName('group');
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start', ...changes });
  const info = () => client.getPersistentSubscriptionToStreamInfo(stream, name);
  await client.createPersistentSubscriptionToStream(stream, name, settings);
  return {
    name,
    stream,
    parked: `$persistentsubscription-${stream}::${name}-parked`,
    checkpoints: `$persistentsubscription-${stream}::${name}-checkpoint`,
    subscribe: ({ bufferSize, acking, client: own = client } = {}) =>
      consume(own.subscribeToPersistentSubscriptionToStream(stream, name, { bufferSize }), acking),
    info,
    infoWhen: (expected, isExpected) => eventually(info, expected, isExpected),
    update: (further = {}) => client.updatePersistentSubscriptionToStream(stream, name, { ...settings, ...further }),
  };
};

/** A group on `$all` that begins at its start, unless the changes say otherwise. */
export const createAllGroup = async (
  client: EventStoreDBClient,
  changes: Partial<PersistentSubscriptionToAllSettings>,
  filter?: Filter,
): Promise<AllGroup> => {
  const name = newName('group');
  const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: 'start', ...changes });
  const info = () => client.getPersistentSubscriptionToAllInfo(name);
  await client.createPersistentSubscriptionToAll(name, settings, { filter });
  return {
    name,
    parked: `$persistentsubscription-$all::${name}-parked`,
    checkpoints: `$persistentsubscription-$all::${name}-checkpoint`,
    subscribe: ({ bufferSize, acking, client: own = client } = {}) =>
      consume(own.subscribeToPersistentSubscriptionToAll(name, { bufferSize }), acking),
    info,
    infoWhen: (expected, isExpected) => eventually(info, expected, isExpected),
    update: (further = {}) => client.updatePersistentSubscriptionToAll(name, { ...settings, ...further }),
  };
};
