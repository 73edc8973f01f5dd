import type { EventLog, StoredEvent } from '../log.ts';
import { unavailable } from '../rpcErrors.ts';
import { checkpointStreamName } from './checkpointStream.ts';
import { loadDefinitions, saveDefinitions } from './configuration.ts';
import { definitionRefusal, keyOf, type GroupDefinition } from './definition.ts';
import type { GroupName } from './groupName.ts';
import { hostGroup, type HostedGroup } from './hostedGroup.ts';
import { parkedStreamName } from './parkedStream.ts';
import { nameOf } from './source.ts';
import { deleteStream } from './systemEvents.ts';

/** How a change of the groups went. `failed` says why, in words for the client. */
export type Change =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'exists' }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'failed'; readonly reason: string };

/**
 * All groups of the node. A change is durable before it is answered; changes are made one after the other, and rejected
 * as UNAVAILABLE after `stop`.
 */
export interface Groups {
  readonly create: (definition: GroupDefinition) => Promise<Change>;
  /** Rebuilds the group from its checkpoint with other settings; its filter stays what it was. */
  readonly update: (definition: GroupDefinition) => Promise<Change>;
  readonly remove: (name: GroupName) => Promise<Change>;
  readonly find: (name: GroupName) => HostedGroup | undefined;
  /** Every group of a stream (or `$all`), undefined when it never had one. */
  readonly ofStream: (stream: string) => readonly HostedGroup[] | undefined;
  readonly list: () => readonly HostedGroup[];
  /** Resolves when the changes asked for so far are made. */
  readonly settled: () => Promise<void>;
  /** Drops all consumers and begins anew from what is stored. */
  readonly restart: () => Promise<void>;
  /** May be called twice. */
  readonly stop: () => Promise<void>;
}

const nameOfGroup = ({ source, group }: GroupDefinition): GroupName => ({ stream: nameOf(source), group });
const done: Change = { outcome: 'done' };

/**
 * Starts all groups that are stored in the log.
 * @param tickMs how often time-outs are looked for and checkpoints written; the real server does it every second.
 * @throws Error when the stored configuration is not one this version wrote.
 */
export const startGroups = (log: EventLog, tickMs = 1_000): Groups => {
  const byStream = new Map<string, Map<string, HostedGroup>>();
  let lastChange: Promise<void> = Promise.resolve();
  let stopped = false;
  let stopping: Promise<void> | undefined;

  const find = ({ stream, group }: GroupName) => byStream.get(stream)?.get(group);
  const list = () => [...byStream.keys()].sort().flatMap((stream) => [...(byStream.get(stream)?.values() ?? [])]);

  const host = (definition: GroupDefinition) => {
    const stream = nameOf(definition.source);
    const groups = byStream.get(stream) ?? new Map<string, HostedGroup>();
    byStream.set(stream, groups.set(definition.group, hostGroup(log, definition)));
  };

  const hostAll = () => loadDefinitions(log).forEach(host);
  const closeAll = async () => {
    const closing = list().map((group) => group.close());
    byStream.clear();
    await Promise.all(closing);
  };

  const inTurn = <A>(change: () => Promise<A>): Promise<A> => {
    const result = lastChange.then(() => {
      if (stopped) throw unavailable();
      return change();
    });
    // A failure is the asker's to hear, and no reason not to try the next change.
    lastChange = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };

  const save = (definitions: readonly GroupDefinition[]) => saveDefinitions(log, definitions);
  const definitions = () => list().map(({ definition }) => definition);
  const definitionsWithout = (one: HostedGroup) => definitions().filter((definition) => definition !== one.definition);

  const create = async (definition: GroupDefinition): Promise<Change> => {
    if (find(nameOfGroup(definition)) !== undefined) return { outcome: 'exists' };
    const reason = definitionRefusal(definition, log);
    if (reason !== undefined) return { outcome: 'failed', reason };
    await save([...definitions(), definition]);
    host(definition);
    return done;
  };

  const update = async (wanted: GroupDefinition): Promise<Change> => {
    const old = find(nameOfGroup(wanted));
    if (old === undefined) return { outcome: 'missing' };
    const reason = definitionRefusal(wanted, log);
    if (reason !== undefined) return { outcome: 'failed', reason };
    const definition = { ...wanted, source: old.definition.source };
    await save([...definitionsWithout(old), definition]);
    await old.close();
    host(definition);
    return done;
  };

  const remove = async (name: GroupName): Promise<Change> => {
    const old = find(name);
    if (old === undefined) return { outcome: 'missing' };
    await save(definitionsWithout(old));
    byStream.get(name.stream)?.delete(name.group);
    await old.close();
    const key = keyOf(old.definition);
    await deleteStream(log, checkpointStreamName(key));
    await deleteStream(log, parkedStreamName(key));
    return done;
  };

  const distribute = (events: readonly StoredEvent[]) => {
    byStream.get('$all')?.forEach((group) => group.take(events));
    const streams = new Set(events.map(({ stream }) => stream));
    for (const stream of streams) byStream.get(stream)?.forEach((group) => group.take(events));
  };

  hostAll();
  const unsubscribe = log.onCommit(distribute);
  const ticking = setInterval(() => list().forEach((group) => group.tick()), tickMs);

  return {
    create: (definition) => inTurn(() => create(definition)),
    update: (definition) => inTurn(() => update(definition)),
    remove: (name) => inTurn(() => remove(name)),
    find,
    ofStream: (stream) => {
      const groups = byStream.get(stream);
      return groups && [...groups.values()];
    },
    list,
    settled: () => lastChange,
    restart: () =>
      inTurn(async () => {
        await closeAll();
        hostAll();
      }),
    stop: () =>
      (stopping ??= inTurn(async () => {
        stopped = true;
        clearInterval(ticking);
        unsubscribe();
        await closeAll();
      })),
  };
};
