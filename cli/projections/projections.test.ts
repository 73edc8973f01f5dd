import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pianoRequested } from '../../domain/orderRequest/examples.ts';
import { orders } from '../../projections/readModels/orders.ts';
import { registry } from '../../projections/registry.ts';
import { runProgram, type Ran } from '../../tests/fixtures/program.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';

const given = givenReadSides();

const projections = (...args: ReadonlyArray<string>): Promise<Ran> =>
  runProgram(['projections', ...args], {
    env: { ...process.env, EVENTSTORE_URL: given.events.url, DATABASE_URL: given.side.databaseUrl, LOG_LEVEL: 'error' },
  });

/** Tables that hold some orders, and that nobody fills any more; answers with their position. */
const filled = async (...orderIds: ReadonlyArray<string>): Promise<bigint> => {
  let position = -1n;
  for (const orderId of orderIds) position = await given.request(orderId);
  const service = await given.side.start();
  await given.side.isAt(orders, position);
  await service.stop();
  return position;
};
const names = registry.map(({ name }) => name);

describe('projections list', () => {
  it('shows how each stands, as a table and as JSON', async () => {
    const position = String(await filled(randomUUID()));
    const [table, json] = await Promise.all([projections('list'), projections('list', '--json')]);
    expect({ ...table, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const [, ...rows] = table.stdout.trimEnd().split('\n');
    expect(rows.map((row) => row.split(' ')[0])).toEqual(names);
    expect(rows[names.indexOf('orders')]).toMatch(
      new RegExp(`^orders +orders_1 +live +${orders.version} +${position} +none +0/s +not filled$`),
    );
    const lines = json.stdout.trimEnd().split('\n');
    expect(JSON.parse(lines[names.indexOf('orders')] ?? '')).toMatchObject({
      name: 'orders',
      slots: [{ slot: 'orders_1', role: 'live', position, lag: 0, state: 'not filled' }],
    });
  });

  it('says how to get a system where there is none', async () => {
    const environment = { PATH: process.env['PATH'] };
    const found = await runProgram(['projections', 'list', '--data', '/nowhere'], { env: environment });
    expect(found).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'orderflow: No system runs on /nowhere. Start one with npm start, name the data folder of another with --data, ' +
        'or set EVENTSTORE_URL and DATABASE_URL.\n',
    });
  });
});

describe('projections rebuild', () => {
  const total = pianoRequested.data.total;

  /** Rows as somebody leaves them who changes them by hand: one changed, one removed, one added. */
  const drifted = async () => {
    const [changed, removed, added] = [randomUUID(), randomUUID(), randomUUID()];
    const position = await filled(changed, removed);
    const { query } = given.side.database;
    const row = `(jsonb_populate_record(o, jsonb_build_object('order_id', $2::text))).*`;
    await query(`INSERT INTO orders_1.orders SELECT ${row} FROM orders_1.orders AS o WHERE order_id = $1`, [
      changed,
      added,
    ]);
    await query('UPDATE orders_1.orders SET total = 1 WHERE order_id = $1', [changed]);
    await query('DELETE FROM orders_1.orders WHERE order_id = $1', [removed]);
    return { changed, removed, added, position };
  };

  it('finds drift by a dry run and mends it; rollback goes back, until the previous slot is dropped', async () => {
    const { changed, removed, added, position } = await drifted();

    const { exitCode, stdout } = await projections('rebuild', 'orders', '--dry-run');
    expect(exitCode).toBe(3);
    const [head, table, ...rows] = stdout.split('\n');
    expect(head).toBe(
      `orders: what is live (orders_1) is not what the log gives: 3 differing rows, compared at position ${position}`,
    );
    expect(table).toMatch(/^ {2}orders: \d+ rows live, \d+ rebuilt: 1 only live, 1 only rebuilt, 1 different$/);
    expect(
      rows
        .slice(0, 3)
        .map((row) => row.replace(/( user_id=.*)$/, ''))
        .sort(),
    ).toEqual([
      `    different     order_id=${changed}: total 1 → ${total}`,
      `    only live     order_id=${added}`,
      `    only rebuilt  order_id=${removed}`,
    ]);
    expect(rows.slice(3)).toEqual(['orders: dry run, nothing was changed', '']);
    expect((await given.side.slots(orders)).live.name).toBe('orders_1');

    const mended = await projections('rebuild', 'orders', '--differences', '1', '--json');
    expect(mended.exitCode).toBe(0);
    expect(mended.stderr).toMatch(/^orders {2}filling orders_3: .*100 % of the log, .*\norders {2}comparing orders_3/s);
    expect(JSON.parse(mended.stdout)).toEqual({
      projection: 'orders',
      slot: 'orders_3',
      swapped: true,
      leftOver: [],
      comparison: expect.objectContaining({ position: String(position), equal: false }),
      differences: [expect.objectContaining({ table: 'orders' })],
    });
    expect(await given.side.slots(orders)).toMatchObject({
      live: { name: 'orders_3' },
      previous: { name: 'orders_1' },
    });

    expect((await projections('rollback', 'orders')).stdout).toMatch(/^orders: queries read orders_1 again; /);
    expect((await given.side.slots(orders)).live.name).toBe('orders_1');
    const dropped = { exitCode: 0, stdout: 'orders: orders_3 is dropped, there is no way back to it\n', stderr: '' };
    expect(await projections('drop-previous', 'orders')).toEqual(dropped);
    expect(await Promise.all([projections('rollback', 'orders'), projections('drop-previous', 'orders')])).toEqual([
      {
        exitCode: 1,
        stdout: '',
        stderr: 'orderflow: orders has no previous slot to go back to: a rebuild or a new version keeps one\n',
      },
      { exitCode: 0, stdout: 'orders: there is no previous slot\n', stderr: '' },
    ]);
  });

  it('takes several at the same time, or all', async () => {
    await filled(randomUUID());
    const { exitCode, stdout } = await projections('rebuild', '--all');
    expect(exitCode).toBe(0);
    const swaps = stdout.split('\n').filter((line) => line.includes('queries read'));
    expect(swaps).toEqual(
      names.map((name) => expect.stringMatching(`^${name}: queries read ${name}_2 now; ${name}_1 `)),
    );
  });
});

describe('projections used wrongly', () => {
  it('ends with 2 and says what is expected', async () => {
    const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
      [['rebuild'], `name projections (${names.join(', ')}), or say --all`],
      [['rebuild', 'orders', '--all'], 'or say --all'],
      [['rebuild', 'order'], `Allowed choices are ${names.join(', ')}.`],
      [['rollback', 'order'], `Allowed choices are ${names.join(', ')}.`],
      [['skip', 'orders', '7'], "required option '--reason <text>' not specified"],
      [['skip', 'orders', '07', '--reason', 'x'], 'Expected a position in decimal digits, found "07"'],
    ];
    const ends = await Promise.all(wrong.map(([args]) => projections(...args)));
    expect(ends.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(wrong.map(() => [2, '']));
    expect(ends.map(({ stderr }) => stderr)).toEqual(wrong.map(([, said]) => expect.stringContaining(said)));
  });
});
