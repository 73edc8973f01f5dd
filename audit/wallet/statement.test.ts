import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../../domain/events.ts';
import { hundredEurosDeposited, pianoRefused, teapotsCharged } from '../../domain/wallet/examples.ts';
import { ownStreamOf, put, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { until } from '../../tests/fixtures/until.ts';
import { statementOf, type Period, type StatementLine } from './statement.ts';
import { currenciesOf } from './wallets.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

/** Waits until the store's clock, in milliseconds, has moved on: periods are told by times. */
const later = (than: RecordedEvent) => until('time has passed', () => Date.now() > than.created.getTime() + 1);

/** A hundred euros come in, teapots are paid, a piano is not. */
const someWallet = async () => {
  const userId = `user-${randomUUID()}`;
  const deposited = await put(test.store, {
    ...hundredEurosDeposited,
    data: { ...hundredEurosDeposited.data, userId, balance: 10_000 },
  });
  await later(deposited);
  const charged = await put(
    test.store,
    { ...teapotsCharged, data: { ...teapotsCharged.data, userId, amount: 5_500, balance: 4_500 } },
    { after: 0 },
  );
  await later(charged);
  const refused = await put(test.store, { ...pianoRefused, data: { ...pianoRefused.data, userId } }, { after: 1 });
  return { userId, deposited, charged, refused };
};

const linesOf = async (userId: string, period?: Period): Promise<ReadonlyArray<StatementLine>> => {
  const lines: StatementLine[] = [];
  for await (const line of statementOf(test.store, { userId, currency: 'EUR' }, period)) lines.push(line);
  return lines;
};

/** What counts of a line: the balance, and the movement that led to it. */
const brief = (line: StatementLine) =>
  line.kind === 'entry' ? [line.kind, line.movement, line.balance] : [line.kind, line.balance];

describe('the statement of a wallet', () => {
  it('leads from nothing to what it holds, by every entry', async () => {
    const { userId } = await someWallet();
    const lines = await linesOf(userId);
    expect(lines.map(brief)).toEqual([
      ['opening', 0],
      ['entry', 10_000, 10_000],
      ['entry', -5_500, 4_500],
      ['entry', 0, 4_500],
      ['closing', 4_500],
    ]);
    expect(lines.at(-1)).toMatchObject({ entries: 3, moneyIn: 10_000n, moneyOut: 5_500n, faults: 0 });
  });

  it('of a period opens with what was there before it, and the next one with what this one closes with', async () => {
    const { userId, charged, refused } = await someWallet();
    const period = { from: charged.created, to: refused.created };
    expect((await linesOf(userId, period)).map(brief)).toEqual([
      ['opening', 10_000],
      ['entry', -5_500, 4_500],
      ['closing', 4_500],
    ]);
    expect((await linesOf(userId, { from: period.to })).map(brief)).toEqual([
      ['opening', 4_500],
      ['entry', 0, 4_500],
      ['closing', 4_500],
    ]);
    const nothing = { from: new Date(refused.created.getTime() + 1) };
    expect((await linesOf(userId, nothing)).map(brief)).toEqual([
      ['opening', 4_500],
      ['closing', 4_500],
    ]);
    expect((await linesOf(userId, { to: new Date(0) })).map(brief)).toEqual([
      ['opening', 0],
      ['closing', 0],
    ]);
  });

  it('says what a balance must be that is not the one before and the movement', async () => {
    const { userId } = await someWallet();
    const off = { ...teapotsCharged, data: { ...teapotsCharged.data, userId, amount: 500, balance: 4_001 } };
    await put(test.store, off, { after: 2 });
    const lines = await linesOf(userId);
    expect(lines.at(-2)).toMatchObject({ kind: 'entry', balance: 4_001, expected: 4_000 });
    expect(lines.at(-1)).toMatchObject({ kind: 'closing', faults: 1 });
  });

  it('is told of more entries than a page holds', async () => {
    const userId = `user-${randomUUID()}`;
    const count = 501;
    for (let n = 0; n < count; n += 1) {
      const event = { ...hundredEurosDeposited, data: { ...hundredEurosDeposited.data, userId } };
      await put(test.store, { ...event, data: { ...event.data, amount: 1, balance: n + 1 } }, { after: n - 1 });
    }
    expect((await linesOf(userId)).at(-1)).toMatchObject({ balance: count, entries: count, faults: 0 });
  });

  it('is not told of a stream whose beginning is gone', async () => {
    const { userId, deposited } = await someWallet();
    const stream = ownStreamOf(deposited);
    await test.store.run((client) => client.setStreamMetadata(stream, { truncateBefore: 1 }));
    await expect(linesOf(userId)).rejects.toThrow(`${stream}@0, found revision 1 next`);
  });
});

describe('the currencies of a user', () => {
  it('are those of the wallets that the log holds', async () => {
    const { userId } = await someWallet();
    const yen = { ...hundredEurosDeposited.data, userId, currency: 'JPY' };
    await put(test.store, { ...hundredEurosDeposited, data: yen });
    expect(await currenciesOf(test.store, userId)).toEqual(['EUR', 'JPY']);
    expect(await currenciesOf(test.store, randomUUID())).toEqual([]);
  });
});
