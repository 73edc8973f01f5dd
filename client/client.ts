import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import {
  Deposit,
  Operations,
  Order,
  Orders,
  OrdersPerDay,
  PlacedDeposit,
  PlacedOrder,
  Wallet,
  Wallets,
  type Operation,
} from '../api/answers.ts';
import type { ReportPeriod } from '../api/inputs.ts';
import { Profile } from '../api/profile.ts';
import { endsStory } from '../api/timeline.ts';
import type { OrderLine } from '../domain/orderRequest/messages.ts';
import type { Answered, Each } from './answer.ts';
import { at, createHttp, createSend } from './http.ts';
import { createNewestPosition } from './newestPosition.ts';
import type { ClientOptions, ListOptions, OrdersOptions, PlaceOptions, ReadOptions, WatchOptions } from './options.ts';
import { throughPages } from './pages.ts';
import { OrderWithTimeline, type StoryEvent } from './story.ts';
import { createWatch } from './watch.ts';

/** An order to be placed; unit prices in minor units. `userId` is one's own: what the token says of its bearer. */
export interface NewOrder {
  readonly userId: string;
  readonly currency: string;
  readonly items: ReadonlyArray<OrderLine>;
}

/** The HTTP interface of the gateway as typed functions. Whatever may be tried again is, and nothing is ever done twice. */
export interface Client {
  /** The order once it is settled, or that it was placed when nobody waited for that, or not long enough. */
  readonly placeOrder: (order: NewOrder, options?: PlaceOptions) => Answered<Order | PlacedOrder>;
  readonly order: (orderId: string, options?: ReadOptions) => Answered<OrderWithTimeline>;
  /** One's own orders, newest first. */
  readonly orders: (options?: OrdersOptions) => Each<Order>;
  /** The story of an order as it happens, from its beginning to its end, whatever happens to the connection meanwhile. */
  readonly watch: (orderId: string, options?: WatchOptions) => Each<StoryEvent>;
  /** What happens to all of one's own orders, from now on, until `signal` aborts. */
  readonly watchAll: (options?: WatchOptions) => Each<StoryEvent>;
  readonly wallet: (currency: string, options?: ReadOptions) => Answered<Wallet>;
  readonly wallets: (options?: ReadOptions) => Answered<Wallets>;
  /** What moved money in one of one's own wallets, newest first. */
  readonly operations: (currency: string, options?: ListOptions) => Each<Operation>;
  /** Puts money into a wallet, `amount` in minor units; needs the role operator. */
  readonly placeDeposit: (
    userId: string,
    currency: string,
    amount: number,
    options?: PlaceOptions,
  ) => Answered<Deposit | PlacedDeposit>;
  readonly deposit: (depositId: string, options?: ReadOptions) => Answered<Deposit>;
  /**
   * What was placed, paid and cancelled on each UTC day, `from` and `to` included, 366 at most, such as `2026-11-23`; needs
   * the role operator or auditor.
   */
  readonly ordersPerDay: (period: ReportPeriod, options?: ReadOptions) => Answered<OrdersPerDay>;
  readonly profile: () => Answered<Profile>;
  readonly saveProfile: (profile: Profile) => Answered<Profile>;
  /** The newest position that any answer has shown; another client that reads `after` it sees what this one has seen. */
  readonly position: () => string | undefined;
}

/** A string of RFC 8941, as the header field Idempotency-Key has it. */
const quoted = (key: string): string => `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

const posting = ({ wait, idempotencyKey = randomUUID(), signal }: PlaceOptions) => ({
  method: 'POST' as const,
  headers: { 'idempotency-key': quoted(idempotencyKey) },
  wait,
  signal,
});

/** The HTTP interface of the gateway as typed functions. */
export const createClient = (options: ClientOptions): Client => {
  const { url, token, readsOwnWrites = true, timeout = 30_000, retries = 5 } = options;
  const { backoff = { first: 200, most: 5_000 }, silence = 60_000, reconnectAfter = 1_000 } = options;
  const newest = createNewestPosition();
  const http = createHttp({ url, token, retries, backoff });
  const send = createSend(http, newest, timeout);
  const watch = createWatch(http, newest, { timeout, silence, reconnectAfter });
  const reading = ({ after = readsOwnWrites ? newest.get() : undefined, wait, signal }: ReadOptions = {}) => ({
    method: 'GET' as const,
    query: { after },
    wait,
    signal,
  });
  const listing = ({ pageSize, ...read }: ListOptions, cursor: string | undefined, status?: string) => {
    const { query, ...request } = reading(read);
    return { ...request, query: { ...query, status, limit: pageSize, cursor } };
  };

  return {
    placeOrder: (order, placing = {}) =>
      send<Order | PlacedOrder>({
        ...posting(placing),
        path: 'orders',
        body: order,
        answers: { 200: Order, 202: PlacedOrder },
      }),
    order: (orderId, read) =>
      send({ ...reading(read), path: at('orders', orderId), answers: { 200: OrderWithTimeline } }),
    orders: ({ status, ...list } = {}) =>
      throughPages(async (cursor) => {
        const page = await send({ ...listing(list, cursor, status), path: 'orders', answers: { 200: Orders } });
        return E.map(({ orders: items, next }: Orders) => ({ items, next }))(page);
      }),
    watch: (orderId, watching = {}) =>
      watch({ path: at('orders', orderId, 'events'), fromNow: false, isLast: endsStory }, watching),
    watchAll: (watching = {}) => watch({ path: 'orders/events', fromNow: true, isLast: () => false }, watching),
    wallet: (currency, read) => send({ ...reading(read), path: at('wallets', currency), answers: { 200: Wallet } }),
    wallets: (read) => send({ ...reading(read), path: 'wallets', answers: { 200: Wallets } }),
    operations: (currency, list = {}) =>
      throughPages(async (cursor) => {
        const path = at('wallets', currency, 'operations');
        const page = await send({ ...listing(list, cursor), path, answers: { 200: Operations } });
        return E.map(({ operations: items, next }: Operations) => ({ items, next }))(page);
      }),
    placeDeposit: (userId, currency, amount, placing = {}) =>
      send<Deposit | PlacedDeposit>({
        ...posting(placing),
        path: at('wallets', userId, currency, 'deposits'),
        body: { amount },
        answers: { 200: Deposit, 202: PlacedDeposit },
      }),
    deposit: (depositId, read) =>
      send({ ...reading(read), path: at('deposits', depositId), answers: { 200: Deposit } }),
    ordersPerDay: (period, read) => {
      const { query, ...request } = reading(read);
      return send({
        ...request,
        query: { ...query, ...period },
        path: 'reports/orders-per-day',
        answers: { 200: OrdersPerDay },
      });
    },
    profile: () => send({ method: 'GET', path: 'profile', answers: { 200: Profile } }),
    saveProfile: (profile) => send({ method: 'PUT', path: 'profile', body: profile, answers: { 200: Profile } }),
    position: newest.get,
  };
};
