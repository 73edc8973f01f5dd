import { describe, expect, it } from '@jest/globals';
import { connect, type EventStore } from '../../eventstore/connection.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { filling } from '../../tests/fixtures/filling.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { startProxy } from '../../tests/fixtures/proxy.ts';
import { until } from '../../tests/fixtures/until.ts';
import { nextSlot } from '../beside.ts';
import { createFeed } from '../feed.ts';
import { TakenOver } from '../hold.ts';
import { orders } from '../readModels/orders.ts';
import { fillingSettings } from '../settings.ts';
import type { OnProgress } from './progress.ts';
import { replace } from './replace.ts';

const given = givenReadSides();

const { request } = given;

interface Replacing {
  readonly eventStore?: EventStore;
  readonly onProgress?: OnProgress;
}

const replacing = async (
  work: Parameters<typeof replace<void>>[2],
  { eventStore = given.events.store, onProgress }: Replacing = {},
) => {
  const settings = fillingSettings({ ...filling, holdAtMost: 300 });
  const means = {
    database: given.side.database,
    eventStore,
    feed: createFeed(eventStore, settings.feed),
    settings,
    holder: 'test',
  };
  const { live } = await given.side.slots(orders);
  const fresh = await nextSlot(given.side.database, orders, live);
  if (fresh === undefined) throw new Error('Expected a slot to fill, found that others fill it');
  return replace(means, { projection: orders, live, fresh, onProgress, signal: new AbortController().signal }, work);
};

describe('two slots that meet', () => {
  it('stand at one position for as long as it takes', async () => {
    await given.side.start();
    await given.side.isAt(orders, await request());
    await replacing(({ meet }) =>
      meet(async (_, position) => {
        await request();
        expect(await given.side.positionOf('orders_1')).toBe(position);
        expect(await given.side.positionOf('orders_2')).toBe(position);
      }),
    );
    await given.side.isAt(orders, await request());
  });

  it('are not held for longer than a moment by a process that is frozen', async () => {
    await given.side.start();
    await given.side.isAt(orders, await request());
    const holding = replacing(({ meet }) =>
      meet(async (query) => {
        // The live slot moves again only because the database lets go of it.
        await given.side.isAt(orders, await request());
        await query('SELECT 1');
      }),
    );
    await expect(holding).rejects.toThrow(Unavailable);
  });

  it('meet where the live one stands although the event there is gone', async () => {
    await given.side.start();
    const last = await request();
    await given.side.isAt(orders, last);
    // As after a scavenge of the store: nothing stands at the live slot's position any more.
    await given.side.database.query(
      `UPDATE projections.slots SET position = position + 1, epoch = epoch + 1 WHERE slot = 'orders_1'`,
    );
    await replacing(({ meet }) => meet((_, position) => Promise.resolve(expect(position).toBe(last + 1n))));
    expect(await given.side.positionOf('orders_2')).toBe(last + 1n);
  });

  it('let go of each other for longer than they were held when the last events do not come in time', async () => {
    await given.side.start();
    await given.side.isAt(orders, await request());
    const wire = await startProxy(Number(new URL(given.events.url).port));
    const url = given.events.url.replace(/:[0-9]+/, `:${wire.port}`);
    const eventStore = connect({ url, name: 'slow', log: given.events.store.log });
    let letGo = 0;
    const onProgress: OnProgress = (progress) => {
      if (progress.phase !== 'waiting' || !progress.why.includes('may be held still')) return;
      letGo = performance.now();
      wire.mend();
    };
    const { meeting, last } = await given.side.database.transaction(async (holding) => {
      await holding(`SELECT FROM projections.live WHERE projection = 'orders' FOR NO KEY UPDATE`);
      const met = replacing(({ meet }) => meet(() => Promise.resolve()), { eventStore, onProgress });
      // Not any lock: whoever sets up, or makes a slot, waits for one now and then.
      const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
         AND query LIKE 'SELECT slot FROM projections.live%FOR NO KEY UPDATE'`;
      await until('it is about to hold', async () => (await given.side.database.query(waits)).length > 0);
      wire.cut();
      const next = await request();
      await given.side.isAt(orders, next);
      return { meeting: met, last: next };
    });
    await meeting;
    expect(await given.side.positionOf('orders_2')).toBe(last);
    expect(letGo).toBeGreaterThan(0);
    expect(performance.now() - letGo).toBeGreaterThan(850);
    await eventStore.close();
    await wire.close();
  });

  it('do not change places when somebody else has swapped meanwhile', async () => {
    await given.side.start();
    await given.side.isAt(orders, await request());
    const administration = given.side.administer();
    await administration.rebuild('orders');
    await replacing(async ({ takePlace }) => {
      await administration.rollback('orders');
      await expect(takePlace()).rejects.toThrow(TakenOver);
    });
    expect(await given.side.slots(orders)).toMatchObject({ live: { name: 'orders_1' }, next: { name: 'orders_3' } });
    expect((await administration.rebuild('orders')).slot).toBe('orders_3');
  });
});
