import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hundredEurosDeposited } from '../../domain/wallet/examples.ts';
import { happen, startReadSides, type ReadSide, type ReadSides } from '../../tests/fixtures/readSide.ts';
import { walletQueries, wallets } from '../readModels/wallets.ts';

let sides: ReadSides;
beforeAll(async () => {
  sides = await startReadSides();
});
afterAll(() => sides.stop());

let side: ReadSide;
beforeEach(async () => {
  side = await sides.open();
});
afterEach(() => side.close());

/** Has events and readers go on for as long as `work` takes. Each event raises the balance of one wallet by one. */
const whileBusy = async (work: () => Promise<unknown>) => {
  let going = true;
  const write = async () => {
    let position = -1n;
    for (let balance = 1; going; balance += 1)
      position = await happen(sides.events.store, {
        ...hundredEurosDeposited,
        data: { ...hundredEurosDeposited.data, balance },
      });
    return position;
  };
  const read = async () => {
    const seen: { position: bigint; balance: number }[] = [];
    while (going) {
      const { position, found } = await walletQueries(side.readModel.query).walletOf('alice', 'EUR');
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
    await side.start();
    await side.isAt(wallets, await happen(sides.events.store, hundredEurosDeposited));
    const administration = side.administer();
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
    await side.isAt(wallets, position);
    expect((await side.slots(wallets)).live.name).toBe('wallets_4');
  });

  it('sees what comes next at once, whoever was at work on the swap', async () => {
    await side.start({ options: { lease: { duration: 6_000, retry: 6_000 } } });
    await side.isAt(wallets, await happen(sides.events.store, hundredEurosDeposited));
    // It takes a lease to run out, or somebody who stands by to ask again, six seconds.
    for (let round = 0; round < 3; round += 1) {
      const { position } = await whileBusy(() => side.administer().rebuild('wallets'));
      const began = performance.now();
      await side.isAt(wallets, position);
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });
});
