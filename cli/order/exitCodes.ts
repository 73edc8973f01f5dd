import type { OrderStatus } from '../../domain/order/messages.ts';

/** Whoever waited for an order learns how it ended. Stable: scripts depend on them. 1 and 2 are those of every command. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, cancelled: 3, notSettled: 4 } as const;

export const exitCodesHelp = `
Exit codes: 0 the order is paid, 1 failed, 2 wrong usage, 3 the order is cancelled, 4 it is not settled yet.`;

/** What waiting for an order came to. */
export const exitCodeOf = (status: OrderStatus): number => {
  switch (status) {
    case 'Paid':
      return exitCodes.done;
    case 'Cancelled':
      return exitCodes.cancelled;
    case 'Requested':
    case 'Pending':
      return exitCodes.notSettled;
  }
};
