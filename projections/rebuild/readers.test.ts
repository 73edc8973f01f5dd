import { describe, expect, it } from '@jest/globals';
import { hundredEurosDeposited } from '../../domain/wallet/examples.ts';
import { happen } from '../../tests/fixtures/readSide.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { walletQueries, wallets } from '../readModels/wallets.ts';

const given = givenReadSides();

/** Has events and readers go on for as long as `work` takes. Each event raises the balance of one wallet by one. */
const whileBusy = async (work: () => Promise<unknown>) => {
  let going = true;
  const write = async () => {
    let position = -1n;
    for (let balance = 1; going; balance += 1)
      position = await happen(given.events.store, {
        ...hundredEurosDeposited,
        data: { ...hundredEurosDeposited.data, balance },
      });
    return position;
  };
  const read = async () => {
    const seen: { position: bigint; balance: number }[] = [];
    while (going) {
      const { position, found } = await walletQueries(given.side.readModel.query).walletOf('alice', 'EUR');
      seen.push({ position, balance: found?.balance ?? -1 });
    }
    return seen;
  };
  const traffic = Promise.all([write(), Promise.all([read(), read(), read()])]);
  try {
    await work();
  } finally {
    going = false;
    await traffic;
  }
  const [position, seen] = await traffic;
  return { position, seen };
};

const isSorted = <A>(values: ReadonlyArray<A>): boolean =>
  values.every((value, n) => n === 0 || value >= (values[n - 1] ?? value));

describe('whoever reads while slots are swapped and dropped', () => {
  it('gets an answer every time, and never an older one', async () => {
    await given.side.start();
    await given.side.isAt(wallets, await happen(given.events.store, hundredEurosDeposited));
    const administration = given.side.administer();
    const { position, seen } = await whileBusy(async () => {
      await administration.rebuild('wallets');
      await administration.rollback('wallets');
      await administration.rebuild('wallets');
      await administration.dropPrevious('wallets');
      await administration.rebuild('wallets');
    });
    for (const answers of seen) {
      expect(answers.length).toBeGreaterThan(20);
      expect(answers.filter(({ balance }) => balance < 0)).toEqual([]);
      expect(isSorted(answers.map((answer) => answer.position))).toBe(true);
    }
    await given.side.isAt(wallets, position);
    expect((await given.side.slots(wallets)).live.name).toBe('wallets_4');
  });

  it('sees what comes next at once, whoever was at work on the swap', async () => {
    await given.side.start({ options: { lease: { duration: 6_000, retry: 6_000 } } });
    await given.side.isAt(wallets, await happen(given.events.store, hundredEurosDeposited));
    // It takes a lease to run out, or somebody who stands by to ask again, six seconds.
    for (let round = 0; round < 3; round += 1) {
      const { position } = await whileBusy(() => given.side.administer().rebuild('wallets'));
      const began = performance.now();
      await given.side.isAt(wallets, position);
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });
});
