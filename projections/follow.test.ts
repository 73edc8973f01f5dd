import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/events.ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { log } from '../tests/fixtures/logger.ts';
import { createImaginedLog, orderSteps } from '../tests/fixtures/imaginedLog.ts';
import { showIn, swapIn, type Show } from '../tests/fixtures/shownLog.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { createChanges, type OpenChanges } from './changes.ts';
import type { Database } from './database.ts';
import { timelines, type Watched } from './readModels/timelines.ts';

/** So small that pages end and inboxes overflow within a few events. */
const settings = { page: 3, capacity: 2, statementTimeout: 1_000, backoff: { first: 10, most: 50 } };

interface Customer {
  readonly userId: string;
  readonly orderId: string;
}

/** A user is not told what operators do about their orders. */
const isWatched = (watched: Watched, { userId, orderId }: Customer, { type }: RecordedEvent): boolean =>
  watched.kind === 'user' ? watched.userId === userId && type !== 'RedriveRequested' : watched.orderId === orderId;

/** Somebody who follows, as fast as they are let. */
const startReader = (changes: OpenChanges, watched: Watched, after: bigint) => {
  const leaving = new AbortController();
  const seen: string[] = [];
  let mayRead: Promise<void> = Promise.resolve();
  let goOn = (): void => undefined;
  const read = async (): Promise<void> => {
    for await (const event of changes.follow(watched, after, leaving.signal)) {
      await mayRead;
      seen.push(event.id);
    }
  };
  const reading = read();
  return {
    watched,
    after,
    seen,
    pause: () => {
      goOn();
      mayRead = new Promise((resolve) => (goOn = resolve));
    },
    resume: () => goOn(),
    leave: () => {
      goOn();
      leaving.abort();
      return reading;
    },
  };
};

type Reader = ReturnType<typeof startReader>;

interface Happened {
  readonly event: RecordedEvent;
  /** Whose order it belongs to; undefined: to none. */
  readonly customer: Customer | undefined;
}

/** A log that is shown event by event, in slots that are swapped now and then. */
const startWorld = async (database: Database) => {
  const imagined = createImaginedLog();
  const happened: Happened[] = [];
  const steps = new Map<Customer, number>();
  let show: Show = await showIn(database, [timelines]);
  let slots = 1;

  const happen = async (events: ReadonlyArray<RecordedEvent>, customer: Customer | undefined): Promise<void> => {
    happened.push(...events.map((event) => ({ event, customer })));
    await show(...events);
  };
  const nextOf = (customer: Customer): RecordedEvent => {
    const step = steps.get(customer) ?? 0;
    steps.set(customer, step + 1);
    return imagined.ofOrder(orderSteps[step] ?? 'redriven', customer.orderId, customer.userId);
  };

  return {
    happened,
    order: (customer: Customer, length: number) =>
      happen(
        Array.from({ length }, () => nextOf(customer)),
        customer,
      ),
    deposit: ({ userId }: Customer) => happen(imagined.deposit(randomUUID(), userId), undefined),
    /** Loses the connections for notices. */
    cut: () =>
      database.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name = 'orderflow notices' AND datname = current_database()`),
    /** Swaps in another slot, which then catches up with the last `behind` events. */
    swap: async (behind: number) => {
      const events = happened.map(({ event }) => event);
      const kept = Math.max(0, events.length - behind);
      await swapIn(database, timelines, (slots += 1), events.slice(0, kept));
      show = await showIn(database, [timelines]);
      await show(...events.slice(kept));
    },
  };
};

type World = Awaited<ReturnType<typeof startWorld>>;

/** Two orders of one user and one of another, and who follows them. */
const startRound = (world: World, changes: OpenChanges) => {
  const [first, second] = [randomUUID(), randomUUID()];
  const customers = [first, first, second].map((userId) => ({ userId, orderId: randomUUID() }));
  const readers: Reader[] = [];
  const expectedBy = ({ watched, after }: Reader): ReadonlyArray<string> =>
    world.happened
      .filter(({ customer, event }) => customer !== undefined && isWatched(watched, customer, event))
      .filter(({ event }) => event.position > after)
      .map(({ event }) => event.id);
  return {
    customers,
    /** Somebody begins to read behind all but the last `missed` events. */
    read: (watched: Watched, missed: number) => {
      readers.push(startReader(changes, watched, world.happened.at(-1 - missed)?.event.position ?? -1n));
    },
    pause: () => readers.at(-1)?.pause(),
    resume: () => readers.forEach((reader) => reader.resume()),
    /** Has everybody read to the end, and checks what they read. One more event each tells whether anything came twice. */
    finish: async () => {
      for (const customer of customers) await world.order(customer, 1);
      for (const userId of [first, second]) await world.order({ userId, orderId: randomUUID() }, 1);
      for (const reader of readers) {
        reader.resume();
        const expected = expectedBy(reader);
        await until(`${expected.length} events were read`, () => reader.seen.length >= expected.length);
        await reader.leave();
        expect(reader.seen).toEqual(expected);
      }
    },
  };
};

type Round = ReturnType<typeof startRound>;
type Act = (world: World, round: Round, customer: Customer) => unknown;

const few = fc.nat({ max: 5 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: few.map(
      (n): Act =>
        (world, _, customer) =>
          world.order(customer, n + 1),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Act>((world, _, customer) => world.deposit(customer)) },
  {
    weight: 2,
    arbitrary: few.map(
      (n): Act =>
        (_, round, { userId }) =>
          round.read({ kind: 'user', userId }, n),
    ),
  },
  {
    weight: 2,
    arbitrary: few.map(
      (n): Act =>
        (_, round, { orderId }) =>
          round.read({ kind: 'order', orderId }, n),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Act>((_, round) => round.pause()) },
  { weight: 1, arbitrary: fc.constant<Act>((_, round) => round.resume()) },
  { weight: 1, arbitrary: fc.constant<Act>((world) => world.cut()) },
  {
    weight: 1,
    arbitrary: few.map(
      (behind): Act =>
        (world) =>
          world.swap(behind),
    ),
  },
);
const acts = fc.array(fc.tuple(act, fc.nat({ max: 2 })), { minLength: 5, maxLength: 25 });

describe('whoever follows', () => {
  let database: Database;
  let changes: OpenChanges;
  beforeAll(async () => {
    const databaseUrl = await newDatabase();
    database = openTestDatabase(databaseUrl);
    changes = createChanges({ databaseUrl, log, ...settings });
  });
  afterAll(async () => {
    await changes.close();
    await database.close();
  });

  it('gets every event of theirs once and in log order, whatever happens to notices, slots and readers', async () => {
    const world = await startWorld(database);
    const property = fc.asyncProperty(acts, async (script) => {
      const round = startRound(world, changes);
      for (const [happens, n] of script) {
        const customer = round.customers[n];
        if (customer !== undefined) await happens(world, round, customer);
      }
      await round.finish();
    });
    await fc.assert(property, { numRuns: 30 });
  }, 120_000);
});
