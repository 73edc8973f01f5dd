import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { hundredEuros } from '../domain/deposit/examples.ts';
import { ofType, type RecordedEvent } from '../domain/events.ts';
import { walletStream } from '../domain/streams.ts';
import { wallet, type WalletCommand } from '../domain/wallet/wallet.ts';
import { startTestStore, put, type TestStore } from '../tests/fixtures/eventStore.ts';
import { log } from '../tests/fixtures/logger.ts';
import { startProxy } from '../tests/fixtures/proxy.ts';
import { connect, type EventStore } from './connection.ts';
import { eventId } from './eventId.ts';
import { Unavailable } from './faults.ts';
import { already, appended } from './outcome.ts';
import { readForwards, readTail } from './read.ts';
import { createRepository } from './repository.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const createWallets = (store: EventStore, load: typeof readTail = readTail) =>
  createRepository({
    store,
    decider: wallet,
    owns: ofType('FundsDeposited', 'PaymentProcessed', 'DepositRefused'),
    load,
  });

const requestDeposit = (userId: string, amount = 100) =>
  put(test.store, { type: 'DepositRequested', data: { ...hundredEuros, depositId: randomUUID(), userId, amount } });

const stepFor = (cause: RecordedEvent<'DepositRequested'>) => {
  const stream = walletStream(cause.data.userId, cause.data.currency);
  const command: WalletCommand = { type: 'DepositFunds', ...cause.data, cause: cause.id };
  return { stream, command, id: eventId('deposit', stream, cause.id), cause };
};

const entriesOf = (userId: string) => readForwards(test.store, walletStream(userId, 'EUR'));

describe('repository', () => {
  it('appends what was decided, with the metadata of its cause', async () => {
    const cause = await requestDeposit(`user-${randomUUID()}`);
    expect(await createWallets(test.store).handle(stepFor(cause))).toEqual(appended);
    const [entry] = await entriesOf(cause.data.userId);
    expect(entry).toMatchObject({
      type: 'FundsDeposited',
      metadata: {
        $correlationId: cause.data.depositId,
        $causationId: cause.id,
        causation: { stream: cause.stream, revision: 0 },
        version: 1,
        policy: 1,
      },
    });
    expect(entry?.metadata.traceparent.slice(0, 35)).toBe(cause.metadata.traceparent.slice(0, 35));
  });

  it('handles a cause once, by the same process and by another', async () => {
    const cause = await requestDeposit(`user-${randomUUID()}`);
    const wallets = createWallets(test.store);
    expect(await wallets.handle(stepFor(cause))).toEqual(appended);
    expect(await wallets.handle(stepFor(cause))).toEqual(already);
    expect(await createWallets(test.store).handle(stepFor(cause))).toEqual(already);
    expect(await entriesOf(cause.data.userId)).toHaveLength(1);
  });

  it('decides again on what somebody else wrote in between', async () => {
    const userId = `user-${randomUUID()}`;
    const [mine, theirs] = [createWallets(test.store), createWallets(test.store)];
    await mine.handle(stepFor(await requestDeposit(userId, 1)));
    await theirs.handle(stepFor(await requestDeposit(userId, 2)));
    expect(await mine.handle(stepFor(await requestDeposit(userId, 4)))).toEqual(appended);
    expect((await entriesOf(userId)).map(({ data }) => 'balance' in data && data.balance)).toEqual([1, 3, 7]);
  });

  it('loses nothing and doubles nothing when two processes handle the same causes at once', async () => {
    const userId = `user-${randomUUID()}`;
    const causes = await Promise.all(Array.from({ length: 20 }, () => requestDeposit(userId, 5)));
    const [mine, theirs] = [createWallets(test.store), createWallets(test.store)];
    await Promise.all(causes.flatMap((cause) => [mine.handle(stepFor(cause)), theirs.handle(stepFor(cause))]));
    const entries = await entriesOf(userId);
    expect(entries).toHaveLength(20);
    expect(entries.at(-1)?.data).toMatchObject({ balance: 100 });
  });

  it('reads one event of a long wallet, and further back only for an old cause', async () => {
    const userId = `user-${randomUUID()}`;
    const old = await requestDeposit(userId, 1);
    const filler = createWallets(test.store);
    await filler.handle(stepFor(old));
    for (let entries = 0; entries < 99; entries += 1) await filler.handle(stepFor(await requestDeposit(userId, 1)));
    const loads: number[] = [];
    const wallets = createWallets(test.store, async (store, stream, since) => {
      const tail = await readTail(store, stream, since);
      loads.push(tail.length);
      return tail;
    });
    expect(await wallets.handle(stepFor(await requestDeposit(userId, 1)))).toEqual(appended);
    expect(await wallets.handle(stepFor(old))).toEqual(already);
    expect(await wallets.handle(stepFor(await requestDeposit(userId, 1)))).toEqual(appended);
    expect(loads).toEqual([1, 101]);
  });

  it('writes once when the answer to its append got lost', async () => {
    const proxy = await startProxy(test.port);
    const store = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'behind a bad wire', log });
    try {
      const wallets = createWallets(store);
      const userId = `user-${randomUUID()}`;
      await wallets.handle(stepFor(await requestDeposit(userId, 1)));
      const cause = await requestDeposit(userId, 2);
      proxy.loseAnswers();
      const handled = wallets.handle(stepFor(cause)).catch((error: unknown) => error);
      while ((await entriesOf(userId)).length < 2) continue;
      proxy.mend();
      const outcome = await handled;
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Unavailable);
      else expect(outcome).toEqual(appended);
      expect(await wallets.handle(stepFor(cause))).toEqual(already);
      expect((await entriesOf(userId)).map(({ data }) => 'balance' in data && data.balance)).toEqual([1, 3]);
    } finally {
      await store.close();
      await proxy.close();
    }
  });
});
