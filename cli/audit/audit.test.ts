import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { OrderReport } from '../../audit/order/report.ts';
import { hundredEurosDeposited } from '../../domain/wallet/examples.ts';
import { orderRequestStream, orderStream } from '../../domain/streams.ts';
import { put, someOrder, startTestStore, write, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { runProgram, type Ran } from '../../tests/fixtures/program.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const auditOf = (url: string, ...args: ReadonlyArray<string>): Promise<Ran> =>
  runProgram(['audit', ...args], { env: { ...process.env, EVENTSTORE_URL: url, LOG_LEVEL: 'error' } });
const audit = (...args: ReadonlyArray<string>): Promise<Ran> => auditOf(test.url, ...args);

const pendingOrder = async () => {
  const data = someOrder();
  const request = await put(test.store, { type: 'OrderCreateRequested', data });
  const pending = await put(test.store, { type: 'OrderPending', data }, { cause: request });
  return { orderId: data.orderId, userId: data.userId, request, pending };
};

describe('audit order', () => {
  it('shows each event below the one that caused it', async () => {
    const { orderId, userId, request, pending } = await pendingOrder();
    const took = pending.created.getTime() - request.created.getTime();
    expect(await audit('order', orderId)).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `order ${orderId}  Pending

OrderCreateRequested  ${request.created.toISOString()}  by alice (client) through gateway
│ ${userId} asked for an order of 55.00 EUR
│ ${orderRequestStream(orderId)}@0 at position ${request.position}, id ${request.id}
│ → order Requested, letter Owed
└─ OrderPending  ${pending.created.toISOString()}  by orders, after ${took} ms
     the order waits for its payment
     ${orderStream(orderId)}@0 at position ${pending.position}, id ${pending.id}
     → order Pending, letter Owed
`,
    });
  });

  it('says the same to programs, now and as it was', async () => {
    const { orderId, request, pending } = await pendingOrder();
    const [now, then] = await Promise.all([
      audit('order', orderId, '--json'),
      audit('order', orderId, '--json', '--as-of', String(request.position)),
    ]);
    const told = [now, then].map(({ stdout }) => JSON.parse(stdout) as OrderReport);
    expect(told.map(({ status, events }) => [status, events.map(({ id }) => id)])).toEqual([
      ['Pending', [request.id, pending.id]],
      ['Requested', [request.id]],
    ]);
    expect(told[0]?.events[1]).toMatchObject({
      stream: orderStream(orderId),
      revision: 0,
      position: String(pending.position),
      at: pending.created.toISOString(),
      writer: 'orders',
      causedBy: { id: request.id, isMissing: false, stream: orderRequestStream(orderId), revision: 0 },
      after: { status: 'Pending', request: 'Requested', order: 'Pending', letter: 'Owed' },
    });
  });

  it('marks an event whose cause does not stand where it points to', async () => {
    const data = someOrder();
    const request = await put(test.store, { type: 'OrderCreateRequested', data });
    const causation = { stream: orderRequestStream(data.orderId), revision: 7 };
    const $causationId = randomUUID();
    await put(test.store, { type: 'OrderPending', data }, { cause: request, metadata: { $causationId, causation } });
    const { exitCode, stdout } = await audit('order', data.orderId);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\n  ! expected its cause ${$causationId} at ${causation.stream}@7: it is not there\n`);
  });

  it('ends with 1 where newer code wrote an event, and says which', async () => {
    const { orderId, userId, request } = await pendingOrder();
    const data = { ...request.data, orderId, userId, reason: 'InsufficientFunds' } as const;
    await write(test.store, { type: 'OrderCancelled', data }, { cause: request, after: 0, metadata: { version: 99 } });
    const { exitCode, stdout, stderr } = await audit('order', orderId);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(
      `orderflow: The event log holds what this code cannot read. OrderCancelled at ${orderStream(orderId)}@1`,
    );
  });

  it('ends with 3 where the log holds nothing of the order, or held nothing then', async () => {
    const { orderId } = await pendingOrder();
    const unknown = randomUUID();
    const ends = await Promise.all([audit('order', unknown), audit('order', orderId, '--as-of', '2020-01-01')]);
    expect(ends.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(ends.map(() => [3, '']));
    expect(ends[0]?.stderr).toContain(`The log holds no event of order ${unknown}. Check the id`);
    expect(ends[1]?.stderr).toContain(`The log holds no event of order ${orderId} at that moment. Check the id`);
  });

  it('does not tell of a moment that has not come yet', async () => {
    const { orderId, pending } = await pendingOrder();
    const [time, position] = await Promise.all([
      audit('order', orderId, '--as-of', '2999-01-01T00:00:00+01:00'),
      audit('order', orderId, '--as-of', String(pending.position * 1_000n)),
    ]);
    expect([time, position].map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [1, ''],
      [1, ''],
    ]);
    expect(time.stderr).toContain('Expected a time in the past, found 2998-12-31T23:00:00.000Z: it is ');
    expect(position.stderr).toMatch(/Expected a position up to \d+, where the log ends, found \d+000\./);
  });
});

describe('audit wallet', () => {
  const deposited = async (...amounts: ReadonlyArray<number>): Promise<string> => {
    const userId = `user-${randomUUID()}`;
    let balance = 0;
    for (const [index, amount] of amounts.entries()) {
      balance += amount;
      const data = { ...hundredEurosDeposited.data, userId, amount, balance };
      await put(test.store, { ...hundredEurosDeposited, data }, { after: index - 1 });
    }
    return userId;
  };

  it('shows every entry with the balance after it', async () => {
    const userId = await deposited(10_000, 50);
    const { exitCode, stdout, stderr } = await audit('wallet', userId);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.replaceAll(/^\S+Z|position \d+$/gm, '…').replaceAll(/ +/g, ' ')).toBe(`wallet of ${userId} in EUR
opening balance 0.00 EUR
… FundsDeposited +100.00 EUR 100.00 EUR deposit ${hundredEurosDeposited.data.depositId} @0, …
… FundsDeposited +0.50 EUR 100.50 EUR deposit ${hundredEurosDeposited.data.depositId} @1, …
closing balance 100.50 EUR: 2 entries, 100.50 EUR in, 0.00 EUR out; it adds up
`);
  });

  it('is read by programs line by line', async () => {
    const userId = await deposited(10_000);
    const { stdout } = await audit('wallet', userId, 'EUR', '--json', '--from', '2020-01-01');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { kind: 'opening', balance: 0, userId, currency: 'EUR' },
      expect.objectContaining({ kind: 'entry', movement: 10_000, balance: 10_000, expected: 10_000, revision: 0 }),
      {
        kind: 'closing',
        balance: 10_000,
        entries: 1,
        moneyIn: '10000',
        moneyOut: '0',
        faults: 0,
        userId,
        currency: 'EUR',
      },
    ]);
  });

  it('ends with 4 where a balance is wrong', async () => {
    const userId = await deposited(10_000);
    const off = { ...hundredEurosDeposited.data, userId, amount: 1, balance: 10_002 };
    await put(test.store, { ...hundredEurosDeposited, data: off }, { after: 0 });
    const { exitCode, stdout } = await audit('wallet', userId);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/! expected \+100\.01 EUR\n.*IT DOES NOT ADD UP at 1 of the entries/);
  });

  it('ends with 3 where the log knows no such wallet', async () => {
    const userId = await deposited(1);
    const { exitCode, stderr } = await audit('wallet', userId, 'JPY');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: `orderflow: The log holds no wallet of ${userId} in JPY. Check the user id; wallets that it has: EUR.\n`,
    });
  });
});

describe('an audit', () => {
  it('used wrongly ends with 2 and says what is expected', async () => {
    const id = randomUUID();
    const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
      [['order', 'x'], 'Expected a UUID in lower case, found "x"'],
      [['order', id, '--as-of', 'yesterday'], 'or a position of the log, found "yesterday"'],
      [['order', id, '--as-of', '2026-02-30'], 'found "2026-02-30"'],
      [['order', id, '--as-of', '2026-02-03T12:00'], 'Expected a time with its zone'],
      [['wallet', 'a.b'], 'Expected 1 to 64 letters'],
      [['wallet', 'alice', 'EUX'], 'Expected an ISO 4217 currency code'],
      [['wallet', 'alice', '--from', '2026-02-01', '--to', '2026-01-01'], 'expected --from to be before --to'],
    ];
    const ends = await Promise.all(wrong.map(([args]) => audit(...args)));
    expect(ends.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual(wrong.map(() => [2, '']));
    expect(ends.map(({ stderr }) => stderr)).toEqual(wrong.map(([, said]) => expect.stringContaining(said)));
  });

  it('says that the event store is away', async () => {
    const gone = await startTestStore();
    await gone.stop();
    const { exitCode, stdout, stderr } = await auditOf(gone.url, 'order', randomUUID());
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /orderflow: The event log cannot be read: event store is away: .*See that the event store runs/s,
    );
  });
});
