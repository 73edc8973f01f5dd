import type { Logger } from 'pino';
import type { RecordedEvent } from '../domain/events.ts';
import type { Backoff } from '../eventstore/backoff.ts';
import type { Check } from '../eventstore/health.ts';
import { openDatabase } from './database.ts';
import { depositQueries, deposits, type DepositView } from './readModels/deposits.ts';
import { createHistory, openHistories } from './history.ts';
import { startListener } from './listener.ts';
import { createLiveQuery, type Shown } from './liveQuery.ts';
import { createLookouts } from './lookouts.ts';
import { orderQueries, orders, type OrderView } from './readModels/orders.ts';
import type { Projection } from './projection.ts';
import { registry } from './registry.ts';
import { createSettlements } from './settlements.ts';
import { timelineQueries, timelines, type Watched } from './readModels/timelines.ts';
import { createWatchers } from './watchers.ts';

/**
 * Tells what the read models show as soon as they show it. Nobody polls: each commit of a projection notifies, one query
 * for all who wait finds what changed. While the database is away everybody goes on waiting.
 */
export interface Changes {
  /** Resolves with true as soon as the projection shows everything up to `position`, with false when `signal` aborts first. */
  readonly reached: (projection: string, position: bigint, signal: AbortSignal) => Promise<boolean>;
  /**
   * The order once it is paid or cancelled, or undefined when `signal` aborts first. Registers at once, so that a caller
   * who asks before the append misses nothing. Rejects when `orderId` is no UUID.
   */
  readonly settledOrder: (orderId: string, signal: AbortSignal) => Promise<Shown<OrderView> | undefined>;
  /** The deposit once it is in the wallet or refused, or undefined when `signal` aborts first. Registers at once. Rejects when `depositId` is no UUID. */
  readonly settledDeposit: (depositId: string, signal: AbortSignal) => Promise<Shown<DepositView> | undefined>;
  /** Events after the position `after`, each once and in log order: what the timelines hold, then what comes, until `signal` aborts. */
  readonly follow: (
    watched: Watched,
    after: bigint,
    signal: AbortSignal,
  ) => AsyncGenerator<RecordedEvent, void, undefined>;
}

export interface ChangesOptions {
  /** Connection string, `postgres://…`, of a database whose sessions are not shared: a pooler in transaction mode loses notices. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Milliseconds until a query is given up, and until a connection that does not answer counts as dead. */
  readonly statementTimeout?: number;
  /** Milliseconds between two questions whether the connection for notices still answers. */
  readonly heartbeat?: number;
  /** Before connecting, or asking, again. */
  readonly backoff?: Backoff;
  /** Events read by one query. */
  readonly page?: number;
  /** Events that a reader of `follow` can be behind without having to read them from the timelines again. */
  readonly capacity?: number;
}

export interface OpenChanges extends Changes {
  /** Whether notices come. Without them nobody is told anything. */
  readonly check: () => Check;
  /** Lets everybody go as if their signals had aborted. Safe to call twice. */
  readonly close: () => Promise<void>;
}

/** Opens one connection for notices and a few for queries, however many wait. Starts whether or not the database is there. */
export const createChanges = (options: ChangesOptions): OpenChanges => {
  const { databaseUrl, log, statementTimeout = 3_000, heartbeat = 5_000 } = options;
  const { backoff = { first: 50, most: 1_000 }, page = 500, capacity = 500 } = options;
  const shared = { databaseUrl, log, statementTimeout };
  const database = openDatabase({ ...shared, name: 'orderflow changes', connections: registry.length });
  const query = createLiveQuery(database);
  const histories = openHistories(shared);

  const lookAt = (projection: Projection) => (): void => lookouts.of(projection.name).look();
  const orderSettlements = createSettlements(orderQueries(query).settledOrders, lookAt(orders));
  const depositSettlements = createSettlements(depositQueries(query).settledDeposits, lookAt(deposits));
  const { eventsAfter } = timelineQueries(query);
  const { eventsOf } = timelineQueries(createLiveQuery(histories));
  const history = createHistory({ eventsOf, page, backoff, log });
  const watchers = createWatchers({ eventsAfter, history, look: lookAt(timelines), capacity, page });
  const sights = {
    [orders.name]: orderSettlements,
    [deposits.name]: depositSettlements,
    [timelines.name]: watchers,
  };
  const lookouts = createLookouts({ query, sights, log, backoff });
  const listener = startListener({
    databaseUrl,
    log,
    settings: { heartbeat, patience: statementTimeout, backoff },
    onNotice: lookouts.notice,
    onListening: lookouts.look,
  });

  const close = async (): Promise<void> => {
    for (const waiting of [orderSettlements, depositSettlements, watchers]) waiting.close();
    await Promise.all([listener.close(), lookouts.close()]);
    await Promise.all([database.close(), histories.close()]);
  };
  let closing: Promise<void> | undefined;

  return {
    reached: async (projection, position, signal) => lookouts.of(projection).reached(position, signal),
    settledOrder: orderSettlements.settled,
    settledDeposit: depositSettlements.settled,
    follow: watchers.follow,
    check: listener.check,
    close: () => (closing ??= close()),
  };
};
