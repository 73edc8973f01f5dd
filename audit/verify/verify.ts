import { defaultCatchUp, catchUp } from '../../eventstore/catchUp.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { LogEvent } from '../../eventstore/logEvent.ts';
import { readHead } from '../../eventstore/logHead.ts';
import { readSkips } from '../../eventstore/skips.ts';
import type { Database } from '../../projections/database.ts';
import { createComparison, type Compared } from './comparison.ts';
import { createFold, type Skipped } from './fold.ts';
import { tellOf, type Findings, type OnBreach, type Place, type Subject } from './invariants.ts';
import { ofOpenDeposit, ofOpenOrder, type Grace } from './overdue.ts';
import { openScratch, type Scratch } from './scratch.ts';
import { openShelves, settle, type Shelves } from './shelves.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';

/** How a verification comes along. `share`: of the log's positions, 0 to 1. */
export type Progress =
  | { readonly phase: 'copying' }
  | { readonly phase: 'reading'; readonly share: number; readonly events: number }
  | { readonly phase: 'waiting'; readonly why: string };

export interface VerifyOptions extends Grace {
  readonly store: EventStore;
  /** Where the read models are; without it the log alone is verified. */
  readonly database?: Database;
  /** Folder in which what memory does not hold is kept meanwhile; that for temporary files unless given. */
  readonly scratch?: string;
  readonly onBreach: OnBreach;
  readonly onProgress?: (progress: Progress) => void;
  /** Awaited now and then, so that whoever writes down breaches can keep up. */
  readonly drained?: () => Promise<unknown>;
  /** Ends it: `verify` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a verification came to. */
export interface Verification {
  /** Position of the last event that was read, -1 of an empty log. */
  readonly position: bigint;
  readonly events: number;
  readonly orders: number;
  readonly deposits: number;
  readonly wallets: number;
  /** None in a log, and in read models, that can be trusted. */
  readonly breaches: number;
  readonly readModels: ReadonlyArray<Compared>;
}

interface Means extends VerifyOptions {
  readonly shelves: Shelves;
  readonly snapshot: Snapshot | undefined;
  readonly skipped: Skipped;
  readonly signal: AbortSignal;
}

/** Milliseconds until a read of the end of the log counts as unanswered. */
const headTimeout = 5_000;

/** Events that no interruption and no other work of the process come between, at most. */
const batch = 1_000;

/** The events up to the position `end`, batch by batch. */
async function* eventsUntil(end: bigint, { store, signal, onProgress }: Means): AsyncGenerator<readonly LogEvent[]> {
  for await (const { events, fault } of catchUp(store, -1n, signal, { ...defaultCatchUp, most: batch })) {
    if (fault !== undefined) onProgress?.({ phase: 'waiting', why: fault });
    const last = events.at(-1);
    if (last === undefined) continue;
    yield last.position <= end ? events : events.filter(({ position }) => position <= end);
    if (last.position >= end) return;
  }
  signal.throwIfAborted();
}

const readLog = async (end: bigint, means: Means) => {
  const { shelves, snapshot, skipped, onBreach, onProgress, drained } = means;
  const take = createFold(shelves, skipped, onBreach);
  const comparison = createComparison(snapshot, shelves, onBreach, drained);
  let count = 0;
  if (end >= 0n)
    for await (const events of eventsUntil(end, means)) {
      for (const event of events) {
        if (comparison.isDue(event.position)) await comparison.before(event.position);
        take(event);
      }
      await settle(shelves);
      await drained?.();
      count += events.length;
      const position = events.at(-1)?.position ?? end;
      onProgress?.({ phase: 'reading', share: end === 0n ? 1 : Number(position) / Number(end), events: count });
    }
  await comparison.before(undefined);
  return { events: count, readModels: comparison.results() };
};

/** What is still open, which no event tells. @returns how many of each there are */
const lookAtTheEnd = async ({ shelves, onBreach, drained, now, grace }: Means) => {
  let [orders, deposits] = [0, 0];
  const tell = async (findings: Findings, subject: Subject, at: Place | undefined): Promise<void> => {
    if (at === undefined || findings.length === 0) return;
    tellOf(onBreach, findings, subject, at);
    await drained?.();
  };
  for await (const [order, record] of shelves.orders.entries()) {
    orders += 1;
    await tell(ofOpenOrder(record, { now, grace }), { order }, record.settlement ?? record.request);
  }
  for await (const [deposit, record] of shelves.deposits.entries()) {
    deposits += 1;
    await tell(ofOpenDeposit(record, { now, grace }), { deposit }, record.request);
  }
  return { orders, deposits, wallets: await shelves.wallets.count() };
};

const verifyIn = async (scratch: Scratch, options: VerifyOptions, signal: AbortSignal): Promise<Verification> => {
  const { store, database, onProgress } = options;
  let breaches = 0;
  const onBreach: OnBreach = (breach) => {
    breaches += 1;
    options.onBreach(breach);
  };
  if (database !== undefined) onProgress?.({ phase: 'copying' });
  // Before the end of the log is looked for, so that no checkpoint stands behind it.
  const snapshot = database && (await takeSnapshot(database, scratch));
  const skipped = { orders: await readSkips(store, 'orders'), wallets: await readSkips(store, 'wallets') };
  const { newest: position = -1n } = await readHead(store, -1n, headTimeout);
  signal.throwIfAborted();
  const means = { ...options, onBreach, shelves: openShelves(scratch), snapshot, skipped, signal };
  const read = await readLog(position, means);
  return { position, ...read, ...(await lookAtTheEnd(means)), breaches };
};

/**
 * Reads the log once, up to where it ends when this begins, in memory that does not grow with it: folds every order,
 * deposit and wallet by the services' own `evolve`, and holds each event to the invariants, and the read models to what the
 * log says at their checkpoints.
 * @throws Unavailable when the event store, or the database, does not answer at the beginning; from then on it waits
 * @throws the reason of `signal`
 */
export const verify = async (options: VerifyOptions): Promise<Verification> => {
  const { signal = new AbortController().signal } = options;
  const scratch = openScratch(options.scratch);
  try {
    return await verifyIn(scratch, options, signal);
  } finally {
    await scratch.close();
  }
};
