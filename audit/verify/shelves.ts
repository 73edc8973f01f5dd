import type { DepositRecord, OrderRecord, WalletRecord } from './records.ts';
import type { Scratch, Shelf } from './scratch.ts';

/** What is kept while a log is read: orders and deposits by id, wallets by `user.currency`. */
export interface Shelves {
  readonly orders: Shelf<OrderRecord>;
  readonly deposits: Shelf<DepositRecord>;
  readonly wallets: Shelf<WalletRecord>;
}

export const openShelves = (scratch: Scratch): Shelves => ({
  orders: scratch.shelf('orders'),
  deposits: scratch.shelf('deposits'),
  wallets: scratch.shelf('wallets'),
});

/** To be awaited now and then, so that memory stays bounded. */
export const settle = async ({ orders, deposits, wallets }: Shelves): Promise<void> => {
  await orders.settle();
  await deposits.settle();
  await wallets.settle();
};
