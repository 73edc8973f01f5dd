import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../domain/events.ts';
import { startTestPostgres, type TestPostgres } from '../tests/fixtures/database.ts';
import { log } from '../tests/fixtures/eventStore.ts';
import { createImaginedLog, orderSteps } from '../tests/fixtures/imaginedLog.ts';
import { showIn, swapIn, type Show } from '../tests/fixtures/shownLog.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { createChanges, type OpenChanges, type Watched } from './changes.ts';
import type { Database } from './database.ts';
import { timelines } from './timelines.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

/** So small that pages end and inboxes overflow within a few events. */
const settings = { page: 3, capacity: 2, statementTimeout: 1_000, backoff: { first: 10, most: 50 } };

const customers = ['alice', 'alice', 'bob'].map((userId) => ({ userId, orderId: randomUUID() }));
type Customer = (typeof customers)[number];

const isWatched = (watched: Watched, { userId, orderId }: Customer): boolean =>
  watched.kind === 'user' ? watched.userId === userId : watched.orderId === orderId;

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

interface Happened {
  readonly event: RecordedEvent;
  /** Whose order it belongs to; undefined: to none. */
  readonly customer: Customer | undefined;
}

/** A log that is shown step by step to readers who come and go. */
const startWorld = async (database: Database, changes: OpenChanges) => {
  const imagined = createImaginedLog();
  const all: Happened[] = [];
  const steps = new Map<Customer, number>();
  const readers: Array<ReturnType<typeof startReader>> = [];
  let show: Show = await showIn(database, [timelines]);
  let slots = 1;

  const nextOf = (customer: Customer): RecordedEvent => {
    const step = steps.get(customer) ?? 0;
    steps.set(customer, step + 1);
    return imagined.ofOrder(orderSteps[step] ?? 'redriven', customer.orderId, customer.userId);
  };
  const happen = async (events: ReadonlyArray<RecordedEvent>, customer: Customer | undefined): Promise<void> => {
    all.push(...events.map((event) => ({ event, customer })));
    await show(...events);
  };
  const order = (customer: Customer, length: number) =>
    happen(
      Array.from({ length }, () => nextOf(customer)),
      customer,
    );
  const expectedBy = ({ watched, after }: (typeof readers)[number]): ReadonlyArray<string> =>
    all
      .filter(({ customer }) => customer !== undefined && isWatched(watched, customer))
      .filter(({ event }) => event.position > after)
      .map(({ event }) => event.id);

  return {
    order,
    deposit: ({ userId }: Customer) => happen(imagined.deposit(randomUUID(), userId), undefined),
    /** Somebody begins to read behind all but the last `missed` events. */
    read: (watched: Watched, missed: number) => {
      readers.push(startReader(changes, watched, all.at(-1 - missed)?.event.position ?? -1n));
    },
    pause: () => readers.at(-1)?.pause(),
    resume: () => readers.forEach((reader) => reader.resume()),
    /** Loses the connection for notices. */
    cut: () =>
      database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'orderflow notices' AND datname = current_database()`),
    /** Swaps in another slot, which then catches up with the last `behind` events. */
    swap: async (behind: number) => {
      const events = all.map(({ event }) => event);
      const kept = events.slice(0, Math.max(0, events.length - behind));
      await swapIn(database, timelines, (slots += 1), kept);
      show = await showIn(database, [timelines]);
      await show(...events.slice(kept.length));
    },
    /** Has everybody read to the end, and checks what they read. One more event each tells whether anything came twice. */
    finish: async () => {
      for (const customer of customers) await order(customer, 1);
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

type World = Awaited<ReturnType<typeof startWorld>>;
type Act = (world: World) => unknown;

const aCustomer = fc.constantFrom(...customers);
const aWatch: fc.Arbitrary<Watched> = fc.oneof(
  aCustomer.map(({ orderId }) => ({ kind: 'order', orderId }) as const),
  fc.constantFrom('alice', 'bob').map((userId) => ({ kind: 'user', userId }) as const),
);
const few = fc.nat({ max: 5 });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(aCustomer, few).map(
      ([customer, n]): Act =>
        (world) =>
          world.order(customer, n + 1),
    ),
  },
  {
    weight: 1,
    arbitrary: aCustomer.map(
      (customer): Act =>
        (world) =>
          world.deposit(customer),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(aWatch, few).map(
      ([watched, n]): Act =>
        (world) =>
          world.read(watched, n),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Act>(
      (world) => world.pause(),
      (world) => world.resume(),
    ),
  },
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

const withWorld = async (work: (world: World) => Promise<void>): Promise<void> => {
  const databaseUrl = await postgres.newDatabase();
  const database = openTestDatabase(databaseUrl);
  const changes = createChanges({ databaseUrl, log, ...settings });
  try {
    await work(await startWorld(database, changes));
  } finally {
    await changes.close();
    await database.close();
  }
};

describe('whoever follows', () => {
  it('gets every event of theirs once and in log order, whatever happens to notices, slots and readers', async () => {
    const property = fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), (acts) =>
      withWorld(async (world) => {
        for (const happens of acts) await happens(world);
        await world.finish();
      }),
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
