import { beforeEach, describe, expect, it } from '@jest/globals';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { orders } from '../readModels/orders.ts';
import type { Administration } from '../administration.ts';

const given = givenReadSides();
let administration: Administration;
beforeEach(() => {
  administration = given.side.administer();
});

const { request } = given;

/** A service that fills the second slot, the first being left where it stood, with events behind that. */
const rebuilt = async (): Promise<bigint> => {
  await given.side.start();
  await given.side.isAt(orders, await request());
  await administration.rebuild('orders');
  let position = -1n;
  for (let n = 0; n < 12; n += 1) position = await request();
  await given.side.isAt(orders, position);
  return position;
};

describe('a rollback', () => {
  it('has queries read the old slot again, brought to where the other one stands', async () => {
    const position = await rebuilt();
    const rows = await given.side.rowsOf(orders, 'orders_2');
    expect(await administration.rollback('orders')).toBe('orders_1');
    expect(await given.side.slots(orders)).toMatchObject({
      live: { name: 'orders_1' },
      previous: { name: 'orders_2' },
    });
    expect(await given.side.rowsOf(orders, 'orders_1')).toEqual(rows);
    expect(await given.side.positionOf('orders_2')).toBe(position);
    await given.side.isAt(orders, await request());
  });

  it('can be rolled back', async () => {
    await rebuilt();
    await administration.rollback('orders');
    const next = await request();
    await given.side.isAt(orders, next);
    expect(await administration.rollback('orders')).toBe('orders_2');
    await given.side.isAt(orders, next);
    expect(await given.side.rowsOf(orders, 'orders_2')).toEqual(await given.side.rowsOf(orders, 'orders_1'));
  });

  it('that is interrupted leaves the live slot alone, and the next one goes on', async () => {
    const position = await rebuilt();
    const stopping = new AbortController();
    const interrupted = administration.rollback('orders', {
      onProgress: () => stopping.abort(),
      signal: stopping.signal,
    });
    const why: unknown = await interrupted.catch((error: unknown) => error);
    expect(why).toBe(stopping.signal.reason);
    expect((await given.side.slots(orders)).live.name).toBe('orders_2');
    const reached = await given.side.positionOf('orders_1');
    expect(reached).toBeLessThan(position);
    const positions: bigint[] = [];
    const onProgress: Parameters<Administration['rollback']>[1] = {
      onProgress: (progress) => progress.phase === 'filling' && positions.push(progress.position),
    };
    expect(await administration.rollback('orders', onProgress)).toBe('orders_1');
    expect(positions[0]).toBeGreaterThan(reached ?? position);
  });

  it('works once when asked for twice at the same time', async () => {
    await rebuilt();
    const both = await Promise.all([administration.rollback('orders'), given.side.administer().rollback('orders')]);
    expect(both).toEqual(['orders_1', 'orders_1']);
    expect((await given.side.slots(orders)).live.name).toBe('orders_1');
  });

  it('has nowhere to go before a rebuild, and after the previous slot was dropped', async () => {
    await given.side.start();
    await given.side.isAt(orders, await request());
    const nowhere = 'orders has no previous slot to go back to';
    await expect(administration.rollback('orders')).rejects.toThrow(nowhere);
    await administration.rebuild('orders');
    await administration.dropPrevious('orders');
    await expect(administration.rollback('orders')).rejects.toThrow(nowhere);
    expect(await given.side.positionOf('orders_1')).toBeUndefined();
  });

  it('keeps the slot on its way back from being dropped', async () => {
    await rebuilt();
    const dropping: Promise<unknown>[] = [];
    const onProgress = (): void =>
      void (
        dropping.length === 0 &&
        dropping.push(
          expect(administration.dropPrevious('orders')).rejects.toThrow(
            'orders_1 is on its way back: a rollback fills it',
          ),
        )
      );
    await administration.rollback('orders', { onProgress });
    await Promise.all(dropping);
    expect(dropping).toHaveLength(1);
  });
});
