import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '../client/client.ts';
import { ofType } from '../domain/events.ts';
import { notificationStream, walletStream } from '../domain/streams.ts';
import { pause } from '../eventstore/backoff.ts';
import { connect, type EventStore } from '../eventstore/connection.ts';
import { readForwards } from '../eventstore/read.ts';
import { granted } from './fixtures/granted.ts';
import { log } from './fixtures/logger.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { startProcesses, type Processes } from './fixtures/processes.ts';
import { until } from './fixtures/until.ts';

const users = ['ann', 'ben', 'cleo', 'dan'];
const opening = 60_000;
const victims = [
  'gateway',
  'orders',
  'billing',
  'notifications',
  'profiles',
  'projections',
  'eventstoredb',
  'postgres',
  'mailbox',
];
const rounds = 2;

let data: string;
let system: Processes;
let store: EventStore;
let clients: ReadonlyArray<readonly [string, Client]>;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orderflow-'));
  system = await startProcesses(data);
  const { gateway: url, eventStore } = system.addresses;
  store = connect({ url: eventStore, name: 'auditor', log });
  const tokenOf = (user: string) => system.orderflow('token', '--user', user, '--role', 'client', '--role', 'operator');
  clients = await Promise.all(
    users.map(async (user) => [user, createClient({ url, token: await tokenOf(user), timeout: 5_000 })] as const),
  );
}, 120_000);

afterAll(async () => {
  await store.close();
  await system.stop();
  await rm(data, { recursive: true });
}, 60_000);

/** What an answer was, or nothing when none came or the gateway said that it could not take it. */
const attempt = async <A>(answer: Promise<E.Either<unknown, A>>): Promise<A | undefined> => {
  const either = await answer.catch(() => undefined);
  return either !== undefined && E.isRight(either) ? either.right : undefined;
};

const placeOrder = (client: Client, userId: string, unitPrice: number) =>
  attempt(client.placeOrder({ userId, currency: 'EUR', items: [{ sku: 'book', quantity: 1, unitPrice }] }));

/** Orders by all users without pause until `enough` aborts; notes who placed which order that was accepted. */
const keepOrdering = async (accepted: Map<string, Client>, enough: AbortSignal): Promise<void> => {
  const order = async ([user, client]: readonly [string, Client]): Promise<void> => {
    for (let n = 0; !enough.aborted; n += 1) {
      const placed = await placeOrder(client, user, 100 + (n % 7) * 50);
      if (placed !== undefined) accepted.set(placed.orderId, client);
      // As a client would, who is told that the service is away: a moment, then again.
      else await pause(50, enough);
    }
  };
  await Promise.all(clients.map(order));
};

describe('a system whose processes are killed one after the other, again and again, under load', () => {
  const accepted = new Map<string, Client>();

  /** Looks at every accepted order: at one of each user's at a time. */
  const ofEach = (look: (orderId: string, client: Client) => Promise<void>): Promise<unknown> =>
    Promise.all(
      clients.map(async ([, client]) => {
        for (const [orderId, owner] of accepted) if (owner === client) await look(orderId, client);
      }),
    );

  /** Kills a process, and goes on when orders are taken again. */
  const hurt = async (victim: string): Promise<void> => {
    await system.kill(victim);
    const before = accepted.size;
    await until(`orders are taken after ${victim} was killed`, () => accepted.size >= before + 5, 30_000);
  };

  beforeAll(async () => {
    for (const [user, client] of clients) {
      granted(await client.saveProfile({ name: user, email: `${user}@example.com` }));
      granted(await client.placeDeposit(user, 'EUR', opening));
    }
    const enough = new AbortController();
    const ordering = keepOrdering(accepted, enough.signal);
    try {
      await until('orders are taken', () => accepted.size >= 10);
      for (let round = 0; round < rounds; round += 1) for (const victim of victims) await hurt(victim);
    } finally {
      enough.abort();
      await ordering;
    }
  }, 240_000);

  it('settles every accepted order', async () => {
    expect(accepted.size).toBeGreaterThan(victims.length * rounds * 5);
    await ofEach(async (orderId, client) => {
      await until(
        `order ${orderId} is settled`,
        async () => (await attempt(client.order(orderId)))?.settledAt !== undefined,
        60_000,
      );
    });
  }, 120_000);

  it('charges no order twice, and every wallet holds its deposits less what its paid orders cost', async () => {
    for (const [user, client] of clients) {
      const entries = await readForwards(store, walletStream(user, 'EUR'));
      const payments = entries.filter(ofType('PaymentProcessed'));
      expect(new Set(payments.map(({ data: { orderId } }) => orderId)).size).toBe(payments.length);
      const paid = payments.reduce((sum, { data: { paid: went, amount } }) => sum + (went ? amount : 0), 0);
      expect(entries.filter(ofType('FundsDeposited'))).toHaveLength(1);
      const { balance } = await until('the wallet is shown as the log has it', async () => {
        const wallet = await attempt(client.wallet('EUR'));
        return wallet !== undefined && wallet.balance === opening - paid && wallet;
      });
      expect(balance).toBe(opening - paid);
    }
  });

  it('sends every settled order its letter, true to its status; what is doubled has the same Message-ID', async () => {
    await ofEach(async (orderId, client) => {
      const [recorded, ...more] = await until(
        `the letter of ${orderId} is recorded`,
        async () => {
          const events = await readForwards(store, notificationStream(orderId));
          return events.length > 0 && events;
        },
        60_000,
      );
      expect(more).toEqual([]);
      expect(recorded?.type).toBe('LetterSent');
      const letters = await lettersAbout(system.addresses.mailbox, orderId);
      const { status } = granted(await client.order(orderId));
      expect(letters.length).toBeGreaterThan(0);
      expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(1);
      expect(letters.every(({ headers }) => headers['X-Order-Status'] === status)).toBe(true);
    });
  }, 120_000);

  it('is healthy, and ends cleanly', async () => {
    for (const victim of victims) expect(await system.pidOf(victim)).toBeGreaterThan(0);
    const { gateway } = system.addresses;
    await until('the gateway is ready', async () => (await fetch(new URL('/health/ready', gateway))).status === 200);
  });
});
