import { ofType } from '../../domain/events.ts';
import { walletStream } from '../../domain/streams.ts';
import { wallet, type Wallet, type WalletCommand } from '../../domain/wallet/wallet.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { ConsumerSettings } from '../../eventstore/consumer.ts';
import { eventId } from '../../eventstore/eventId.ts';
import { readTail } from '../../eventstore/read.ts';
import { createRepository, type Repository } from '../../eventstore/repository.ts';
import { serve, type Handlers } from '../service.ts';

export const createWallets = (store: EventStore): Repository<WalletCommand, Wallet> =>
  createRepository({
    store,
    decider: wallet,
    owns: ofType('PaymentProcessed', 'FundsDeposited', 'DepositRefused'),
    load: readTail,
  });

/** Billing takes money for what is pending and puts in what is deposited. */
export const handlers = (
  wallets: Repository<WalletCommand, Wallet>,
): Handlers<'orders.pending' | 'wallets.deposits'> => ({
  'orders.pending': (message) => {
    const { orderId, userId, currency, total: amount } = message.data;
    const stream = walletStream(userId, currency);
    const id = eventId('payment', stream, message.id);
    const entry = { userId, currency, amount, cause: message.id };
    const command: WalletCommand = { type: 'ChargeOrder', orderId, operationId: id, ...entry };
    return wallets.handle({ stream, command, id, cause: message });
  },
  'wallets.deposits': (message) => {
    const { userId, currency } = message.data;
    const stream = walletStream(userId, currency);
    const command: WalletCommand = { type: 'DepositFunds', ...message.data, cause: message.id };
    return wallets.handle({ stream, command, id: eventId('deposit', stream, message.id), cause: message });
  },
});

export interface BillingDependencies {
  readonly eventStore: EventStore;
  readonly settings?: Partial<ConsumerSettings>;
}

export const start = ({ eventStore: store, settings }: BillingDependencies) =>
  Promise.resolve(serve(handlers(createWallets(store)), { store, settings }));
