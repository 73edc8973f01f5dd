import type { EventLog, StoredEvent } from '../log.ts';
import { createCheckpointStream } from './checkpointStream.ts';
import { keyOf, startOf, type GroupDefinition } from './definition.ts';
import type { Consumer, ConsumerPort } from './engine/consumer.ts';
import { createGroup, type GroupCounts, type NackAction } from './engine/group.ts';
import type { Message } from './engine/message.ts';
import { createParkedStream } from './parkedStream.ts';
import { createRates, type Rates } from './rates.ts';
import { createReader } from './reader.ts';

/** A group at work on the log. */
export interface HostedGroup {
  readonly definition: GroupDefinition;
  readonly connect: (port: ConsumerPort) => boolean;
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

  const track = (work: Promise<void>) => {
    writing.add(work);
    void work.finally(() => writing.delete(work));
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
  const fillOn = () => {
    scheduled = undefined;
    fill();
  };

  const replay = async (stopAt: bigint | undefined) => {
    const end = parkedStream.end();
    const stop = stopAt !== undefined && stopAt < end ? stopAt : end;
    for (const messages of parkedStream.messages(stop)) group.replay(messages);
    if (stop > 0n) await parkedStream.truncate(stop);
  };

  /** After closing, nothing more may be written: another group may have taken this one's place and streams. */
  const whileOpen =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A): void => {
      if (closed) return;
      act(...args);
      fill();
    };

  fill();
  return {
    definition,
    connect: (port) => !closed && group.connect(port),
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
        replay(stopAt).finally(() => {
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
