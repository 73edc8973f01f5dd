import { pause } from '../eventstore/backoff.ts';
import { catchUp, type Batch, type CatchUpSettings } from '../eventstore/catchUp.ts';
import type { EventStore } from '../eventstore/connection.ts';
import { createHandover, type Handover } from './handover.ts';

export interface FeedSettings {
  readonly catchUp: CatchUpSettings;
  /** Milliseconds the first reader waits for others that begin at the same place. */
  readonly gathering: number;
  /** Milliseconds after which a reader that is still at work on a batch no longer holds up the others. */
  readonly grace: number;
}

/** Events of the whole log for several readers. */
export interface Feed {
  /** Everything after the position `after`, as `catchUp` gives it, each event once and in order, until `signal` aborts. */
  readonly follow: (after: bigint, signal: AbortSignal) => AsyncGenerator<Batch, void, undefined>;
}

/** Readers that share one subscription, in step. */
interface Group {
  readonly members: Set<Handover>;
  readonly ending: AbortController;
  /** Up to here everything has been handed out. */
  position: bigint;
  /** As last handed out; undefined before anything was. */
  state: Pick<Batch, 'live' | 'fault'> | undefined;
}

const lastPosition = ({ events }: Batch, before: bigint): bigint => events.at(-1)?.position ?? before;

/**
 * Reading the log is the dearest part of a projection, for the store as well as here, so readers that stand at the same
 * place share one subscription and get each batch at the same time. Each still goes its own way: one that stands
 * elsewhere, or holds up the others for longer than `grace`, reads by a subscription of its own until it has caught up.
 */
export const createFeed = (store: EventStore, settings: FeedSettings): Feed => {
  let group: Group | undefined;

  /** A reader ahead of the others may wait for them only where that takes no time: at the end of the log. */
  const isWithin = (position: bigint): boolean =>
    group === undefined || position === group.position || (group.state?.live === true && position > group.position);

  const leave = (of: Group, member: Handover): void => {
    of.members.delete(member);
    member.end();
    if (of.members.size > 0) return;
    of.ending.abort();
    if (group === of) group = undefined;
  };

  const handOut = async (of: Group, batch: Batch): Promise<void> => {
    const late = new Set(of.members);
    const giving = [...of.members].map((member) => member.give(batch).then(() => late.delete(member)));
    const inTime = new AbortController();
    await Promise.race([Promise.all(giving), pause(settings.grace, inTime.signal)]);
    inTime.abort();
    for (const member of late) leave(of, member);
  };

  const run = async (of: Group): Promise<void> => {
    await pause(settings.gathering, of.ending.signal);
    for await (const batch of catchUp(store, of.position, of.ending.signal, settings.catchUp)) {
      of.position = lastPosition(batch, of.position);
      of.state = { live: batch.live, fault: batch.fault };
      await handOut(of, batch);
    }
  };

  const found = (position: bigint): Group => {
    const founded: Group = { members: new Set(), ending: new AbortController(), position, state: undefined };
    run(founded).catch((error: unknown) => {
      // catchUp goes on after every fault; should it not, readers begin anew.
      store.log.error({ err: error }, 'the shared subscription ended');
      for (const member of founded.members) leave(founded, member);
    });
    return founded;
  };

  async function* together(position: bigint, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    const joined = (group ??= found(position));
    const member = createHandover();
    joined.members.add(member);
    signal.addEventListener('abort', member.end);
    try {
      // Whoever joins late has missed that the end of the log was reached, and it may be long until the next event.
      if (joined.state !== undefined) yield { events: [], ...joined.state };
      yield* member.batches();
    } finally {
      signal.removeEventListener('abort', member.end);
      leave(joined, member);
    }
  }

  async function* alone(after: bigint, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let position = after;
    for await (const batch of catchUp(store, after, signal, settings.catchUp)) {
      yield batch;
      position = lastPosition(batch, position);
      if (isWithin(position)) return;
    }
  }

  async function* follow(after: bigint, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    let position = after;
    while (!signal.aborted) {
      const batches = isWithin(position) ? together(position, signal) : alone(position, signal);
      for await (const batch of batches) {
        const events = batch.events.filter((event) => event.position > position);
        yield { ...batch, events };
        position = lastPosition(batch, position);
      }
    }
  }

  return { follow };
};
