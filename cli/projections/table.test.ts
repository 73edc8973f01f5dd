import { describe, expect, it } from '@jest/globals';
import type { SlotStatus } from '../../projections/status.ts';
import { tableOf } from './table.ts';

const live: SlotStatus = {
  slot: 'orders_2',
  role: 'live',
  version: 2,
  position: 412_345n,
  lag: 0,
  rate: 1_204.4,
  state: 'live',
  error: undefined,
};

describe('the table of projections', () => {
  it('has a line a slot, with words and numbers in columns', () => {
    const orders = {
      name: 'orders',
      version: 2,
      slots: [
        live,
        {
          ...live,
          slot: 'orders_1',
          role: 'previous',
          version: 1,
          position: 9n,
          lag: 18_720_000,
          rate: 0,
          state: 'kept',
        },
      ],
    } as const;
    const why = 'wallets stopped at FundsDeposited in wallet-alice.EUR, position 7: division by zero';
    const wallets = {
      name: 'wallets',
      version: 12,
      slots: [
        {
          ...live,
          slot: 'wallets_1',
          version: 12,
          position: -1n,
          lag: undefined,
          rate: 0,
          state: 'stopped',
          error: why,
        },
      ],
    } as const;
    expect(tableOf([orders, wallets]).split('\n')).toEqual([
      'projection  slot       role      version  position      lag     rate  state    error',
      'orders      orders_2   live            2    412345     none  1,204/s  live',
      '            orders_1   previous        1         9   5h 12m      0/s  kept',
      `wallets     wallets_1  live           12      none  unknown      0/s  stopped  ${why}`,
      '',
    ]);
  });
});
