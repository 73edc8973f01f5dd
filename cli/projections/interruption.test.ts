import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../../domain/events.ts';
import { pianoRequested } from '../../domain/orderRequest/examples.ts';
import { orders } from '../../projections/readModels/orders.ts';
import { exitCodeOf, program } from '../../tests/fixtures/program.ts';
import { anOrder, happen } from '../../tests/fixtures/readSide.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { startProxy } from '../../tests/fixtures/proxy.ts';
import { until } from '../../tests/fixtures/until.ts';

const given = givenReadSides();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const startRebuild = (databaseUrl = given.side.databaseUrl) => {
  const env = { ...process.env, EVENTSTORE_URL: given.events.url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, [program, 'projections', 'rebuild', 'orders'], { env });
  children.push(child);
  const ended = Promise.all([text(child.stdout), text(child.stderr), exitCodeOf(child)]);
  return { child, ended: ended.then(([stdout, stderr, exitCode]) => ({ exitCode, stdout, stderr })) };
};

/** Has the live slot filled up to one more event; answers with its position. */
const fillTo = async (event: DomainEvent): Promise<bigint> => {
  const position = await happen(given.events.store, event);
  const service = await given.side.start();
  await given.side.isAt(orders, position);
  await service.stop();
  return position;
};

/** Has a part of a new slot filled by the same program, whose mapping has the same text, and changes its first row: a run that begins anew would put that right. */
const begin = async (): Promise<string | undefined> => {
  for (let count = 0; count < 12; count += 1) await given.request();
  const position = await fillTo(anOrder());
  const { ended } = await given.side.database.transaction(async (holding) => {
    // It cannot swap meanwhile.
    await holding(`SELECT FROM projections.live WHERE projection = 'orders' FOR NO KEY UPDATE`);
    const rebuilding = startRebuild();
    await until('the new slot is filled', async () => (await given.side.positionOf('orders_2')) === position);
    rebuilding.child.kill('SIGINT');
    return rebuilding;
  });
  expect((await ended).exitCode).toBe(130);
  await fillTo(anOrder());
  expect(await given.side.positionOf('orders_2')).toBe(position);
  const [marked] = await given.side.database.query<{ order_id: string }>(
    `UPDATE orders_2.orders SET total = 1
     WHERE position = (SELECT min(position) FROM orders_2.orders) RETURNING order_id`,
  );
  return marked?.order_id;
};

/** Has a rebuild come to the middle of its work and ends it there. */
const endInTheMiddle = async (signal: NodeJS.Signals) => {
  const { ended } = await given.side.database.transaction(async (holding) => {
    await holding('LOCK TABLE orders_2.orders');
    const rebuilding = startRebuild();
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until('it writes to the new slot', async () => (await given.side.database.query(waits)).length > 0);
    rebuilding.child.kill(signal);
    return rebuilding;
  });
  return ended;
};

const expectUntouched = async (rows: ReadonlyArray<unknown>): Promise<void> => {
  expect(await given.side.slots(orders)).toMatchObject({ live: { name: 'orders_1' }, next: { name: 'orders_2' } });
  expect(await given.side.rowsOf(orders, 'orders_1')).toEqual(rows);
};

describe('projections rebuild', () => {
  it('that is interrupted by Ctrl-C leaves what is live alone, says so, and ends with 130', async () => {
    await begin();
    const rows = await given.side.rowsOf(orders, 'orders_1');
    const { exitCode, stdout, stderr } = await endInTheMiddle('SIGINT');
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    const said = 'Stopped: what is live of orders is untouched. The same command goes on where this one stood.\n';
    expect(stderr.endsWith(said)).toBe(true);
    await expectUntouched(rows);
  });

  it('that is killed leaves what is live alone; the next one stands by until its lease has ended, and goes on', async () => {
    const marked = await begin();
    const rows = await given.side.rowsOf(orders, 'orders_1');
    expect((await endInTheMiddle('SIGKILL')).exitCode).toBeNull();
    await expectUntouched(rows);

    const { exitCode, stdout, stderr } = await startRebuild().ended;
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^orders {2}standing by: another instance fills orders_2\n/);
    const { total } = pianoRequested.data;
    expect(stdout).toMatch(new RegExp(`^ {4}different +order_id=${marked}: total ${total} → 1$`, 'm'));
    expect((await given.side.slots(orders)).live.name).toBe('orders_2');
  });

  it('that loses the database says so, and goes on when that is back', async () => {
    await begin();
    const url = new URL(given.side.databaseUrl);
    const wire = await startProxy(Number(url.port));
    url.port = String(wire.port);
    const { child, ended } = startRebuild(url.href);
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    await given.side.database.transaction(async (holding) => {
      // It cannot swap meanwhile.
      await holding(`SELECT FROM projections.live WHERE projection = 'orders' FOR NO KEY UPDATE`);
      await until('it is at work', () => said.includes('filling'));
      wire.cut();
      await until('it says that the database is away, or ends', () => /waiting/.test(said) || child.exitCode !== null);
    });
    wire.mend();
    const { exitCode, stdout } = await ended;
    await wire.close();
    expect(said).toMatch(/^orders {2}waiting: database is away: /m);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^orders: queries read orders_2 now; /m);
  });
});
