import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog, StoredEvent } from '../log.ts';
import { createCheckpointStream } from './checkpointStream.ts';
import { keyOf, startOf, type GroupDefinition } from './definition.ts';
import type { Consumer, ConsumerPort } from './engine/consumer.ts';
import { createGroup, type GroupCounts, type NackAction } from './engine/group.ts';
import type { Message } from './engine/message.ts';
import { createParkedStream } from './parkedStream.ts';
import { createRates, type Rates } from './rates.ts';
import { createReader } from './reader.ts';

/** Whether a consumer got in: not when the group has as many as it may have, or is closed or faulted. */
export type Connection = 'connected' | 'full' | 'closed';

/** A group at work on the log. */
export interface HostedGroup {
  readonly definition: GroupDefinition;
  readonly connect: (port: ConsumerPort) => Connection;
  /** Delivers what can be delivered. */
  readonly push: () => void;
  readonly disconnect: (port: ConsumerPort) => void;
  readonly ack: (ids: readonly string[]) => void;
  readonly nack: (ids: readonly string[], action: NackAction, reason: string) => void;
  /** The events of a commit, whether or not they are for this group. */
  readonly take: (events: readonly StoredEvent[]) => void;
  readonly tick: () => void;
  /** Delivers the parked messages again, those below `stopAt` (a revision of the parked stream) only, if given. */
  readonly replayParked: (stopAt: bigint | undefined) => void;
  readonly counts: () => GroupCounts;
  readonly consumers: () => readonly Consumer[];
  readonly parkedCount: () => bigint;
  readonly rates: Rates;
  /** Drops the consumers and stops; resolves when nothing of the group is being written any more. */
  readonly close: () => Promise<void>;
}

const defaultBatchSize = 20;
const maxBatchSize = 100;

/** Messages that were delivered again but are still parked come once more with the next replay. */
const warnOfReplay = (key: string, error: unknown) => {
  process.emitWarning(`The parked messages of ${key} were not all replayed, or are parked still: ${String(error)}`);
};

/** Starts the group where its checkpoint, or else its definition, says. */
export const hostGroup = (log: EventLog, definition: GroupDefinition): HostedGroup => {
  const { source, settings } = definition;
  const key = keyOf(definition);
  const checkpoints = createCheckpointStream(log, key, source);
  const parkedStream = createParkedStream(log, key);
  const reader = createReader(log, source, settings.resolveLinks);
  const batchSize = Math.min(settings.readBatchSize || defaultBatchSize, maxBatchSize);
  const writing = new Set<Promise<void>>();
  let closed = false;
  let replaying = false;
  let scheduled: NodeJS.Immediate | undefined;

  /** The log is damaged or we are at fault: better no deliveries than wrong ones. A restart of the groups tries again. */
  const fault = (error: unknown) => {
    process.emitWarning(`Group ${key} is faulted, its consumers are dropped: ${String(error)}`);
    closed = true;
    group.dropAll();
  };

  const track = (work: Promise<void>) => {
    const ended = work.catch(fault).finally(() => writing.delete(ended));
    writing.add(ended);
  };

  const park = (message: Message, reason: string) =>
    track(
      parkedStream.park(message, reason, Date.now()).then(
        () => group.parked(message),
        () => group.notParked(message, reason),
      ),
    );

  const group = createGroup(
    settings,
    { checkpoint: checkpoints.load(), from: startOf(definition) },
    { now: Date.now, park, writeCheckpoint: checkpoints.write },
  );

  /** Reads one page if the group wants one; the next has its turn after whatever else the process has to do. */
  const fill = () => {
    if (scheduled !== undefined || closed) return;
    const from = group.wantedPage();
    if (from === undefined) return;
    group.takePage(reader.readPage(from, batchSize));
    if (group.wantedPage() !== undefined) scheduled = setImmediate(fillOn);
  };

  /** After closing, nothing more may be written: another group may have taken this one's place and streams. */
  const whileOpen =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A): void => {
      if (closed) return;
      try {
        act(...args);
        fill();
      } catch (error) {
        fault(error);
      }
    };

  const fillOn = whileOpen(() => {
    scheduled = undefined;
  });
  const replay = async (stopAt: bigint | undefined) => {
    const end = parkedStream.end();
    const stop = stopAt !== undefined && stopAt < end ? stopAt : end;
    for (const messages of parkedStream.messages(stop)) {
      if (closed) return;
      group.replay(messages);
      await nextTurn();
    }
    if (stop > 0n) await parkedStream.truncate(stop);
  };

  fillOn();
  return {
    definition,
    connect: (port) => {
      if (closed) return 'closed';
      return group.connect(port) ? 'connected' : 'full';
    },
    push: whileOpen(group.push),
    disconnect: whileOpen(group.disconnect),
    ack: whileOpen(group.ack),
    nack: whileOpen(group.nack),
    take: whileOpen((events) => {
      const arrivals = reader.arrivals(events);
      if (arrivals.length > 0) group.takeLive(arrivals);
    }),
    tick: whileOpen(group.tick),
    replayParked: whileOpen((stopAt) => {
      if (replaying) return;
      replaying = true;
      track(
        replay(stopAt)
          .catch((error: unknown) => warnOfReplay(key, error))
          .finally(() => {
            replaying = false;
          }),
      );
    }),
    counts: group.counts,
    consumers: group.consumers,
    parkedCount: parkedStream.count,
    rates: createRates(Date.now),
    close: async () => {
      closed = true;
      clearImmediate(scheduled);
      group.dropAll();
      await Promise.all(writing);
      await checkpoints.settled();
    },
  };
};
