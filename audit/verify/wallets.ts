import { format } from '../../domain/money.ts';
import { wallet, type WalletCommand } from '../../domain/wallet/wallet.ts';
import { movementOf, type WalletEntry } from '../movement.ts';
import { decided } from './decisions.ts';
import { broken, first, must, none, type Findings } from './invariants.ts';
import type { WalletRecord } from './records.ts';

const commandOf = (event: WalletEntry): WalletCommand => {
  const { userId, currency, amount } = event.data;
  const entry = { userId, currency, amount, cause: event.metadata.$causationId ?? event.id };
  if (event.type !== 'PaymentProcessed') return { ...entry, type: 'DepositFunds', depositId: event.data.depositId };
  // Whether the operation id is the right one is asked of the order.
  const operationId = event.data.paid ? event.data.operationId : event.id;
  return { ...entry, type: 'ChargeOrder', orderId: event.data.orderId, operationId };
};

/** An entry, as the wallet's. */
export const ofEntry = ({ balance, revision }: WalletRecord, event: WalletEntry): Findings => {
  if (event.revision !== revision + 1)
    return broken('wallet-complete', `revision ${revision + 1} of ${event.stream}`, `revision ${event.revision}`);
  // What came before cannot be read: this entry is where the sum begins again.
  if (balance === undefined) return none;
  const { currency } = event.data;
  const sum = balance + movementOf(event);
  return first(
    () =>
      must(
        sum >= 0,
        'wallet-not-below-zero',
        () => `at most ${format(balance, currency)}, which is all that there was`,
        () => `${format(event.data.amount, currency)} paid`,
      ),
    () =>
      must(
        event.data.balance === sum,
        'wallet-balance',
        () => `a balance of ${format(sum, currency)}`,
        () => format(event.data.balance, currency),
      ),
    () => decided(wallet.decide, commandOf(event), { balance, handled: undefined }, event),
  );
};

/** The wallet after an entry, by the services' own `evolve`; what it has handled is known of orders and deposits. */
export const afterEntry = (record: WalletRecord, event: WalletEntry): WalletRecord => ({
  ...record,
  balance: wallet.evolve({ balance: record.balance ?? 0, handled: undefined }, event).balance,
  revision: event.revision,
  position: event.position,
  moves: record.moves + (movementOf(event) === 0 ? 0 : 1),
});
