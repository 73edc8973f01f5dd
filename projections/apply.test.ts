import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { history } from '../domain/examples.ts';
import { NewerVersion } from '../eventstore/faults.ts';
import type { LogEvent } from '../eventstore/logEvent.ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { fillLive, inLog, openTestDatabase } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { apply } from './apply.ts';
import type { Database } from './database.ts';
import { TakenOver } from './hold.ts';
import { acquire, renew } from './lease.ts';
import { orders } from './readModels/orders.ts';
import { BadEvent } from './plan.ts';
import { patch, put, table, type Change, type Projection } from './projection.ts';

let database: Database;
beforeEach(async () => {
  database = openTestDatabase(await newDatabase());
});
afterEach(() => database.close());

const log = history.map(inLog);
const [first, ...others] = log.filter(({ type }) => type === 'OrderCreateRequested');
if (first === undefined) throw new Error('the example history holds no order');

/** An order that comes behind everything else. */
const [again] = history
  .filter(({ type }) => type === 'OrderCreateRequested')
  .map((event) => inLog({ ...event, position: 5_000n }));
if (again === undefined) throw new Error('the example history holds no order');

const rows = (place: string) => database.query(`SELECT * FROM ${place} ORDER BY position`);
const checkpointOf = async (slot: string): Promise<string | undefined> => {
  const [found] = await database.query<{ position: string }>('SELECT position FROM projections.slots WHERE slot = $1', [
    slot,
  ]);
  return found?.position;
};

const waiting = () =>
  database.query(`SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`);

describe('applying events to a slot', () => {
  it('moves the checkpoint past events that change nothing', async () => {
    const { filling, position } = await fillLive(database, orders);
    const foreign: LogEvent = { ...first, position: 7n, type: 'Foreign', decoded: E.right({ foreign: 'not ours' }) };
    const misplaced: LogEvent = {
      ...first,
      position: 8n,
      stream: 'x-1',
      decoded: E.right({ foreign: 'not its place' }),
    };
    expect(await apply(filling, position, [foreign, misplaced])).toBe(8n);
    expect(await checkpointOf('orders_1')).toBe('8');
    expect(await rows('orders_1.orders')).toEqual([]);
  });

  it('takes positions up to the end of unsigned 64 bit numbers', async () => {
    const { filling, position } = await fillLive(database, orders);
    const end = 2n ** 64n - 1n;
    expect(await apply(filling, position, [{ ...first, position: end }])).toBe(end);
    expect((await fillLive(database, orders)).position).toBe(end);
  });

  it('changes nothing when events come again', async () => {
    const { filling, position } = await fillLive(database, orders);
    await apply(filling, position, log);
    const before = await rows('orders_1.orders');
    await database.query('UPDATE projections.slots SET position = -1');
    await apply(filling, position, log.slice(0, 5));
    expect(await rows('orders_1.orders')).toEqual(before);
  });
});

describe('a runner that was replaced', () => {
  it('writes neither rows nor checkpoint', async () => {
    const { filling: frozen, position } = await fillLive(database, orders, 'frozen', 0);
    const { filling: active } = await fillLive(database, orders, 'active');
    await expect(apply(frozen, position, [first])).rejects.toThrow(TakenOver);
    expect(await rows('orders_1.orders')).toEqual([]);
    expect(await checkpointOf('orders_1')).toBe('-1');
    expect(await apply(active, position, log)).toBe(log.at(-1)?.position);
  });

  it('finds out although its statement began before the new one took over', async () => {
    const { filling: frozen, position } = await fillLive(database, orders, 'frozen', 0);
    const { late } = await database.transaction(async (query) => {
      await acquire(query, 'orders_1', 'active', 60_000);
      const writing = expect(apply(frozen, position, [first])).rejects.toThrow(TakenOver);
      await until('the statement waits', async () => (await waiting()).length > 0);
      return { late: writing };
    });
    await late;
    expect(await rows('orders_1.orders')).toEqual([]);
  });

  it('cannot renew its lease', async () => {
    const { filling: frozen } = await fillLive(database, orders, 'frozen', 0);
    await fillLive(database, orders, 'active');
    expect(await renew(database.query, frozen.lease, 60_000)).toBe(false);
  });

  it('writes nothing either when the checkpoint is not where it left it', async () => {
    const { filling, position } = await fillLive(database, orders);
    await apply(filling, position, [first]);
    await expect(apply(filling, position, others)).rejects.toThrow(TakenOver);
    expect(await rows('orders_1.orders')).toHaveLength(1);
  });
});

describe('a slot that has lost a table', () => {
  const lose = () => database.query('DROP TABLE orders_1.orders');

  it('is a fault as long as it is on record, and says what to do', async () => {
    const { filling, position } = await fillLive(database, orders);
    await lose();
    await expect(apply(filling, position, [first])).rejects.toThrow(
      /^expected orders_1 with all its tables, found relation "orders_1.orders" does not exist: rebuild it with `orderflow projections rebuild orders`$/,
    );
  });

  it('was taken over when somebody else fills it, or has dropped it', async () => {
    const { filling, position } = await fillLive(database, orders, 'frozen', 0);
    await fillLive(database, orders, 'active');
    await lose();
    await expect(apply(filling, position, [first])).rejects.toThrow(TakenOver);
  });
});

describe('a bad event', () => {
  const newer: LogEvent = {
    ...first,
    position: 500n,
    decoded: E.left(new NewerVersion('has version 2, this code knows 1')),
  };

  it('stops the projection behind everything before it, and is named', async () => {
    const { filling, position } = await fillLive(database, orders);
    const applying = apply(filling, position, [first, newer, ...others]);
    await expect(applying).rejects.toThrow(
      new RegExp(`^orders stopped at OrderCreateRequested in ${first.stream}, position 500: has version 2`),
    );
    expect(await checkpointOf('orders_1')).toBe(String(first.position));
    expect(await rows('orders_1.orders')).toHaveLength(1);
  });

  it('is passed by a projection that does not read its type', async () => {
    const { filling, position } = await fillLive(database, { ...orders, on: {} });
    expect(await apply(filling, position, [first, newer])).toBe(500n);
  });

  it('is one that the mapping throws at', async () => {
    const failing: Projection = {
      ...orders,
      on: {
        OrderCreateRequested: () => {
          throw new Error('division by zero');
        },
      },
    };
    const { filling, position } = await fillLive(database, failing);
    await expect(apply(filling, position, [first])).rejects.toThrow(/^orders stopped at .*: division by zero$/);
  });

  it('is one that the database refuses, found among many', async () => {
    const short = table({ name: 'short', key: ['id'], columns: { id: 'uuid', total: 'bigint CHECK (total < 10000)' } });
    const narrow: Projection = {
      name: 'narrow',
      version: 1,
      tables: [short],
      on: { OrderCreateRequested: ({ data }) => [put(short, { id: data.orderId, total: data.total })] },
    };
    const { filling, position } = await fillLive(database, narrow);
    const applying = apply(filling, position, log);
    await expect(applying).rejects.toThrow(BadEvent);
    await expect(applying).rejects.toThrow(
      /^narrow stopped at OrderCreateRequested in orderRequest-0f6de1b4.*, position 800/,
    );
    expect(await checkpointOf('narrow_1')).toBe('700');
    expect(await rows('narrow_1.short')).toHaveLength(1);
  });

  const things = table({ name: 'things', key: ['id'], columns: { id: 'numeric', owner: 'text' } });
  const mappingOnce = (changes: (position: bigint) => ReadonlyArray<Change>): Projection => ({
    name: 'numbered',
    version: 1,
    tables: [things],
    on: { OrderCreateRequested: ({ position }) => changes(position) },
  });

  it('is one that changes a row before it makes it, also when an earlier one has made it', async () => {
    const changed = patch(things, { id: 1, owner: 'alice' });
    const made = put(things, { id: 1, owner: 'bob' });
    const mapping = mappingOnce((position) => (position === first.position ? [made] : [changed, made]));
    const { filling, position } = await fillLive(database, mapping);
    await expect(apply(filling, position, [first, again])).rejects.toThrow(
      /^numbered stopped at .*, position 5000: expected a row of things to be made before it is changed, found \["things",1\]/,
    );
    expect(await rows('numbered_1.things')).toMatchObject([{ owner: 'bob' }]);
  });

  it('is one that leaves out what must not be null, in whatever batch it comes', async () => {
    const owned = table({ name: 'owned', key: ['id'], columns: { id: 'text', owner: 'text NOT NULL', note: 'text' } });
    const changes = {
      incomplete: put(owned, { id: 'x', note: 'left out' }),
      emptied: patch(owned, { id: 'x', owner: null }),
    };
    for (const [name, change] of Object.entries(changes)) {
      const mapping: Projection = {
        ...mappingOnce((at) => [at === first.position ? put(owned, { id: 'x', owner: 'alice' }) : change]),
        name,
        tables: [owned],
      };
      const { filling, position } = await fillLive(database, mapping);
      await expect(apply(filling, position, [first, again])).rejects.toThrow(
        `position 5000: expected owner of owned, which is NOT NULL, found none`,
      );
      expect(await checkpointOf(`${name}_1`)).toBe(String(first.position));
    }
  });

  it('is none when only the database finds the keys of two events equal', async () => {
    const mapping = mappingOnce((position) => [
      put(things, position === first.position ? { id: 1, owner: 'alice' } : { id: '1.0', owner: 'bob' }),
    ]);
    const { filling, position } = await fillLive(database, mapping);
    expect(await apply(filling, position, [first, again])).toBe(5_000n);
    expect(await rows('numbered_1.things')).toMatchObject([{ owner: 'bob' }]);
  });

  it('is one whose own keys only the database finds equal: it is named, and can be skipped', async () => {
    const mapping = mappingOnce(() => [put(things, { id: 1 }), put(things, { id: '1.0' })]);
    const { filling, position } = await fillLive(database, mapping);
    await expect(apply(filling, position, log)).rejects.toThrow(
      new RegExp(`^numbered stopped at OrderCreateRequested in .*, position ${first.position}: .*a second time`),
    );
    const bad = new Set(log.filter(({ type }) => type === first.type).map((event) => event.position));
    const reached = BigInt((await checkpointOf('numbered_1')) ?? '');
    expect(await apply({ ...filling, skips: bad }, reached, log)).toBe(log.at(-1)?.position);
  });
});
