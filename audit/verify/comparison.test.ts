import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { piano, teapots } from '../../domain/orderRequest/examples.ts';
import { teapotsSkipped } from '../../domain/skip/examples.ts';
import { orders } from '../../projections/readModels/orders.ts';
import { wallets } from '../../projections/readModels/wallets.ts';
import { sound } from '../../tests/fixtures/audit/soundLog.ts';
import { writeRaw } from '../../tests/fixtures/rawEvents.ts';
import { happen, request, startReadSide } from '../../tests/fixtures/readSide.ts';
import type { Breach } from './invariants.ts';
import { verify } from './verify.ts';

let side: Awaited<ReturnType<typeof startReadSide>>;
beforeEach(async () => {
  side = await startReadSide();
});
afterEach(() => side.close());

const verified = async () => {
  const found: Breach[] = [];
  const onBreach = (breach: Breach): void => void found.push(breach);
  const options = { store: side.events.store, database: side.database, now: Date.now(), grace: 60_000 };
  return { ...(await verify({ ...options, onBreach })), found };
};

/** Both read models show the sound log and one order more, at the position answered, and nobody fills them any more. */
const filled = async (): Promise<bigint> => {
  const { store } = side.events;
  const service = await side.start({ projections: [orders, wallets] });
  await writeRaw(store, sound);
  const end = await request(store);
  await side.isAt(orders, end);
  await side.isAt(wallets, end);
  await service.stop();
  return end;
};

const tamper = async (sql: (slot: { readonly orders: string; readonly wallets: string }) => string) => {
  const [{ live: of }, { live: money }] = await Promise.all([side.slots(orders), side.slots(wallets)]);
  await side.database.query(sql({ orders: `${of.name}.orders`, wallets: `${money.name}.wallets` }));
};

describe('read models held to the log', () => {
  it('are equal to it where they were only filled from it, also behind its end', async () => {
    await filled();
    await happen(side.events.store, { type: 'OrderPending', data: { ...piano } });
    const { found, readModels } = await verified();
    expect(found.filter(({ invariant }) => invariant === 'read-model-equal')).toEqual([]);
    expect(readModels).toEqual([
      { name: 'orders', position: expect.any(BigInt), rows: 3, notCompared: undefined },
      { name: 'wallets', position: expect.any(BigInt), rows: 1, notCompared: undefined },
    ]);
  });

  it('are found out where a row differs, was added, or is gone', async () => {
    await filled();
    await tamper(({ orders: table }) => `UPDATE ${table} SET total = 1 WHERE order_id = '${teapots.orderId}'`);
    await tamper(({ orders: table }) => `DELETE FROM ${table} WHERE order_id = '${piano.orderId}'`);
    await tamper(({ wallets: table }) => `UPDATE ${table} SET user_id = 'mallory'`);
    const { found } = await verified();
    expect(found.map(({ invariant, subject, stream }) => [invariant, subject, stream])).toEqual(
      expect.arrayContaining([
        ['read-model-equal', { order: teapots.orderId }, expect.stringContaining(teapots.orderId)],
        ['read-model-equal', { order: piano.orderId }, expect.stringContaining(piano.orderId)],
        ['read-model-equal', { wallet: 'alice.EUR' }, 'wallet-alice.EUR'],
        ['read-model-equal', { wallet: 'mallory.EUR' }, 'wallets'],
      ]),
    );
    expect(found).toHaveLength(4);
    const changed = found.find(({ subject }) => 'order' in subject && subject.order === teapots.orderId);
    expect(changed?.expected).toContain('"total":5500');
    expect(changed?.found).toContain('"total":1,');
  });

  it('may do without what somebody has decided to skip, and without nothing else', async () => {
    const position = String(await filled());
    await tamper(({ orders: table }) => `DELETE FROM ${table}`);
    expect((await verified()).found).toHaveLength(3);
    await happen(side.events.store, { ...teapotsSkipped, data: { ...teapotsSkipped.data, position } });
    const lacking = (await verified()).found.map(({ subject }) => subject);
    expect(lacking).toHaveLength(2);
    expect(lacking).toEqual(expect.arrayContaining([{ order: teapots.orderId }, { order: piano.orderId }]));
  });

  it('are not compared where nobody has set them up, and that is said', async () => {
    const { readModels, breaches } = await verified();
    expect(breaches).toBe(0);
    expect(readModels.map(({ name, notCompared }) => [name, notCompared])).toEqual([
      ['orders', 'nobody has set it up on this database'],
      ['wallets', 'nobody has set it up on this database'],
    ]);
  });
});
