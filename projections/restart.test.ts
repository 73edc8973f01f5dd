import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startPostgres, type Postgres } from '../embedded/postgres/postgres.ts';
import { log } from '../tests/fixtures/logger.ts';
import { createImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { showIn } from '../tests/fixtures/shownLog.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { createChanges, type OpenChanges } from './changes.ts';
import type { Database } from './database.ts';
import { orders } from './readModels/orders.ts';
import { timelines } from './readModels/timelines.ts';

const never = () => new AbortController().signal;
const stop = (postgres: Postgres): Promise<unknown> => postgres.stop();
const kill = (postgres: Postgres): Promise<unknown> => {
  process.kill(postgres.pid, 'SIGKILL');
  return postgres.ended;
};

describe('a database that goes away and comes back', () => {
  let folder: string;
  let postgres: Postgres;
  let database: Database;
  let changes: OpenChanges;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderflow-restart-'));
    postgres = await startPostgres({ data: join(folder, 'data'), databases: ['orders'] });
    const databaseUrl = postgres.url('orders');
    database = openTestDatabase(databaseUrl);
    changes = createChanges({ databaseUrl, log, statementTimeout: 1_000, backoff: { first: 20, most: 100 } });
  });
  afterEach(async () => {
    await changes.close();
    await database.close();
    await postgres.stop();
    await rm(folder, { recursive: true });
  });

  it.each([
    { how: 'was restarted', end: stop },
    { how: 'has crashed, and forgotten some of what it showed', end: kill },
  ])('leaves nobody waiting, and tells everything once, when it $how', async ({ end }) => {
    const imagined = createImaginedLog();
    const [orderId, other] = [randomUUID(), randomUUID()];
    const steps = ['requested', 'pending', 'charged', 'paid', 'letter'] as const;
    const life = steps.map((step) => imagined.ofOrder(step, orderId, 'alice'));
    const settling = changes.settledOrder(orderId, never());
    const reaching = changes.reached('timelines', 500n, never());
    const leaving = new AbortController();
    const following = changes.follow({ kind: 'user', userId: 'alice' }, -1n, leaving.signal);
    const show = await showIn(database, [orders, timelines]);
    await show(...life.slice(0, 3));
    const followed = [await following.next(), await following.next()];

    await end(postgres);
    await until('that is noticed', () => !changes.check().ok);
    const meanwhile = changes.settledOrder(other, never());
    postgres = await startPostgres({ data: join(folder, 'data'), port: postgres.port });

    const showAgain = await showIn(database, [orders, timelines]);
    await showAgain(...life);
    followed.push(await following.next(), await following.next(), await following.next());
    expect(followed.map(({ value }) => value?.id)).toEqual(life.map(({ id }) => id));
    expect(await settling).toMatchObject({ found: { orderId, status: 'Paid' } });
    expect(await reaching).toBe(true);
    await showAgain(imagined.ofOrder('requested', other, 'bob'), imagined.ofOrder('paid', other, 'bob'));
    expect(await meanwhile).toMatchObject({ found: { orderId: other, status: 'Paid' } });
    leaving.abort();
  });
});
