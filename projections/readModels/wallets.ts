import type { RecordedEvent } from '../../domain/events.ts';
import type { LiveQuery, Shown } from '../liveQuery.ts';
import { pageOf, type Page } from '../page.ts';
import { put, table, type Change, type Projection } from '../projection.ts';

const wallet = table({
  name: 'wallets',
  key: ['user_id', 'currency'],
  columns: { user_id: 'text', currency: 'text', balance: 'bigint NOT NULL' },
});

const operation = table({
  name: 'operations',
  key: ['operation_id'],
  columns: {
    operation_id: 'uuid',
    user_id: 'text NOT NULL',
    currency: 'text NOT NULL',
    revision: 'bigint NOT NULL',
    kind: 'text NOT NULL',
    amount: 'bigint NOT NULL',
    balance: 'bigint NOT NULL',
    subject_id: 'uuid NOT NULL',
    at: 'timestamptz NOT NULL',
  },
  indexes: [['user_id', 'currency', 'revision']],
});

type WalletEvent = RecordedEvent<'FundsDeposited' | 'DepositRefused' | 'PaymentProcessed'>;

const balance = ({ data }: WalletEvent): Change =>
  put(wallet, { user_id: data.userId, currency: data.currency, balance: data.balance });

const operate = (event: WalletEvent, kind: OperationKind, subjectId: string): Change =>
  put(operation, {
    operation_id: event.id,
    user_id: event.data.userId,
    currency: event.data.currency,
    revision: event.revision,
    kind,
    amount: event.data.amount,
    balance: event.data.balance,
    subject_id: subjectId,
    at: event.created,
  });

/** What each user's wallets hold, and the operations by which it came to that. A refusal moves no money: no operation. */
export const wallets: Projection = {
  name: 'wallets',
  version: 1,
  tables: [wallet, operation],
  on: {
    FundsDeposited: (event) => [balance(event), operate(event, 'Deposit', event.data.depositId)],
    DepositRefused: (event) => [balance(event)],
    PaymentProcessed: (event) =>
      event.data.paid ? [balance(event), operate(event, 'Payment', event.data.orderId)] : [balance(event)],
  },
};

export type OperationKind = 'Deposit' | 'Payment';

/** A wallet; its balance in minor units. */
export interface WalletView {
  readonly userId: string;
  readonly currency: string;
  readonly balance: number;
}

/** Something that moved money; amounts in minor units. */
export interface OperationView {
  /** Id of the event. */
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly amount: number;
  /** What the wallet held afterwards. */
  readonly balance: number;
  /** The order that was paid, or the deposit that came in. */
  readonly subjectId: string;
  readonly at: Date;
}

interface WalletRow {
  readonly user_id: string;
  readonly currency: string;
  readonly balance: number;
}

const view = (row: WalletRow): WalletView => ({ userId: row.user_id, currency: row.currency, balance: row.balance });

interface OperationRow {
  readonly operation_id: string;
  readonly revision: number;
  readonly kind: OperationKind;
  readonly amount: number;
  readonly balance: number;
  readonly subject_id: string;
  readonly at: Date;
}

const operationView = (row: OperationRow): OperationView => ({
  operationId: row.operation_id,
  kind: row.kind,
  amount: row.amount,
  balance: row.balance,
  subjectId: row.subject_id,
  at: row.at,
});

export const walletQueries = (query: LiveQuery) => ({
  /** The wallet, or undefined when nothing was ever paid into it or asked of it by the position shown. */
  walletOf: async (userId: string, currency: string): Promise<Shown<WalletView | undefined>> => {
    const { position, found } = await query<WalletRow>(
      wallets,
      (slot) => `SELECT * FROM ${slot}.wallets WHERE user_id = $1 AND currency = $2`,
      [userId, currency],
    );
    return { position, found: found.map(view)[0] };
  },
  /** A user's wallets, by currency: those that anything was ever paid into or asked of. */
  walletsOf: async (userId: string): Promise<Shown<ReadonlyArray<WalletView>>> => {
    const { position, found } = await query<WalletRow>(
      wallets,
      (slot) => `SELECT * FROM ${slot}.wallets WHERE user_id = $1 ORDER BY currency`,
      [userId],
    );
    return { position, found: found.map(view) };
  },
  /** The operations of a wallet, newest first: `limit` at most, of those before the one at revision `before` in its stream. */
  operationsOf: async (
    userId: string,
    currency: string,
    { before, limit }: { readonly before?: number; readonly limit: number },
  ): Promise<Shown<Page<OperationView, number>>> => {
    const { position, found } = await query<OperationRow>(
      wallets,
      (slot) => `SELECT * FROM ${slot}.operations
        WHERE user_id = $1 AND currency = $2 AND ($3::bigint IS NULL OR revision < $3)
        ORDER BY revision DESC LIMIT $4`,
      [userId, currency, before, limit + 1],
    );
    return { position, found: pageOf(found, limit, operationView, ({ revision }) => revision) };
  },
});
