import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { skipStream } from '../domain/streams.ts';
import type { RunningService } from '../eventstore/health.ts';
import { readForwards } from '../eventstore/read.ts';
import { write } from '../tests/fixtures/eventStore.ts';
import { anOrder, happen, request, startReadSide } from '../tests/fixtures/readSide.ts';
import { until } from '../tests/fixtures/until.ts';
import type { Administration } from './administration.ts';
import { orders } from './readModels/orders.ts';
import { BadEvent } from './plan.ts';

// A log for each test: a bad event stays in it for ever.
let side: Awaited<ReturnType<typeof startReadSide>>;
let administration: Administration;
beforeEach(async () => {
  side = await startReadSide();
  administration = side.administer();
});
afterEach(() => side.close());

/** An event of newer code, which nobody here can read. */
const unreadable = async (): Promise<bigint> =>
  (await write(side.events.store, anOrder(), { metadata: { version: 2 } })).position;

const stoppedAt = (position: bigint) =>
  new RegExp(
    `^orders stopped at OrderCreateRequested in orderRequest-[^ ]*, position ${position}: .*has version 2, this code knows 1`,
  );
const hasStopped = (service: RunningService, position: bigint) =>
  until(`orders has stopped at ${position}`, () => stoppedAt(position).test(service.health()['orders']?.detail ?? ''));
const decision = { by: 'olga', reason: 'written by a trial of ours' };
const skips = () => readForwards(side.events.store, skipStream('orders'));

describe('a projection that has stopped at an event', () => {
  it('goes on behind it once somebody has decided so; another one at the same event does not', async () => {
    const service = await side.start();
    const bad = await unreadable();
    const behind = await request(side.events.store);
    await hasStopped(service, bad);
    expect(service.health()).toMatchObject({ orders: { ok: false }, timelines: { ok: false } });
    expect(await administration.skip('orders', { ...decision, position: bad })).toBe(true);
    await until('orders has gone on', async () => ((await side.positionOf('orders_1')) ?? -1n) > behind);
    await until('orders is well again', () => service.health()['orders']?.ok);
    expect(service.health()['timelines']?.ok).toBe(false);
    expect(await skips()).toMatchObject([
      {
        type: 'EventSkipped',
        data: { projection: 'orders', position: String(bad), type: 'OrderCreateRequested', ...decision },
        metadata: { actor: { subject: 'olga', role: 'operator' }, $correlationId: 'orders' },
      },
    ]);
  });

  it('stops at the next one all the same', async () => {
    const service = await side.start();
    const bad = await unreadable();
    await hasStopped(service, bad);
    const next = await unreadable();
    await administration.skip('orders', { ...decision, position: bad });
    await hasStopped(service, next);
  });

  it('is told once to skip it', async () => {
    const service = await side.start();
    const bad = await unreadable();
    await hasStopped(service, bad);
    await service.stop();
    const both = await Promise.all([1, 2].map(() => administration.skip('orders', { ...decision, position: bad })));
    expect(both.sort()).toEqual([false, true]);
    expect(await skips()).toHaveLength(1);
  });

  it('can be told to skip no other', async () => {
    const service = await side.start();
    const good = await request(side.events.store);
    const bad = await unreadable();
    await hasStopped(service, bad);
    await expect(administration.skip('orders', { ...decision, position: good })).rejects.toThrow(
      `expected orders to have stopped at position ${good}, found orders_1 at ${bad}: nothing was skipped`,
    );
    await expect(administration.skip('wallets', { ...decision, position: bad })).rejects.toThrow(
      `expected wallets to have stopped at position ${bad}, found that it goes on: nothing was skipped`,
    );
    expect(await skips()).toEqual([]);
  });
});

describe('a rebuild', () => {
  it('does without what was skipped, although that was decided behind it in the log', async () => {
    const service = await side.start();
    const bad = await unreadable();
    await request(side.events.store);
    await hasStopped(service, bad);
    await administration.skip('orders', { ...decision, position: bad });
    await side.isAt(orders, await request(side.events.store));
    expect((await administration.rebuild('orders')).comparison?.equal).toBe(true);
  });

  it('stops at an event that nobody has skipped, with the same message, and leaves the live slot alone', async () => {
    await side.start();
    const bad = await request(side.events.store);
    await side.isAt(orders, await request(side.events.store));
    const failing = side.administer({
      projections: [
        {
          ...orders,
          on: {
            OrderCreateRequested: () => {
              throw new Error('division by zero');
            },
          },
        },
      ],
    });
    const rebuilding = failing.rebuild('orders');
    await expect(rebuilding).rejects.toThrow(BadEvent);
    await expect(rebuilding).rejects.toThrow(
      new RegExp(`^orders stopped at OrderCreateRequested in orderRequest-.*, position ${bad}: division by zero$`),
    );
    await side.isAt(orders, await request(side.events.store));
    const [status] = await failing.list();
    expect(status?.slots).toMatchObject([
      { slot: 'orders_1', role: 'live' },
      { slot: 'orders_2', role: 'next', state: 'stopped' },
    ]);
  });

  it('goes on behind that once it is skipped; the decision belongs to the order whose event it is', async () => {
    await side.start();
    const order = anOrder();
    const bad = await happen(side.events.store, order);
    await side.isAt(orders, await request(side.events.store));
    const refusing = {
      ...orders,
      on: {
        ...orders.on,
        OrderCreateRequested: (event: Parameters<NonNullable<typeof orders.on.OrderCreateRequested>>[0]) => {
          if (event.position === bad) throw new Error('division by zero');
          return orders.on.OrderCreateRequested?.(event) ?? [];
        },
      },
    };
    const failing = side.administer({ projections: [refusing] });
    await expect(failing.rebuild('orders')).rejects.toThrow(BadEvent);
    await failing.skip('orders', { ...decision, position: bad });
    const { swapped, comparison } = await failing.rebuild('orders');
    expect(swapped).toBe(true);
    expect(comparison?.tables[0]?.differing).toEqual({ onlyLive: 1, onlyFresh: 0, different: 0 });
    expect(await skips()).toMatchObject([{ metadata: { $correlationId: order.data.orderId } }]);
  });
});
