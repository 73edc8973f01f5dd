import type { DepositRefused } from '../../domain/wallet/messages.ts';
import type { LiveQuery, Shown } from '../liveQuery.ts';
import { patch, put, table, type Projection } from '../projection.ts';
import { settledBy, settledIn, type SettledRow } from '../settled.ts';

const rows = table({
  name: 'deposits',
  key: ['deposit_id'],
  columns: {
    deposit_id: 'uuid',
    user_id: 'text NOT NULL',
    currency: 'text NOT NULL',
    amount: 'bigint NOT NULL',
    status: 'text NOT NULL',
    reason: 'text',
    requested_at: 'timestamptz NOT NULL',
    settled_at: 'timestamptz',
    settled_position: 'numeric(20)',
  },
  indexes: [['settled_position']],
});

/** A deposit has a row from its request on. */
export const deposits: Projection = {
  name: 'deposits',
  version: 2,
  tables: [rows],
  on: {
    DepositRequested: ({ data, created }) => [
      put(rows, {
        deposit_id: data.depositId,
        user_id: data.userId,
        currency: data.currency,
        amount: data.amount,
        status: 'Requested',
        requested_at: created,
      }),
    ],
    FundsDeposited: ({ data, ...event }) => [
      patch(rows, { deposit_id: data.depositId, status: 'Deposited', ...settledBy(event) }),
    ],
    DepositRefused: ({ data, ...event }) => [
      patch(rows, { deposit_id: data.depositId, status: 'Refused', reason: data.reason, ...settledBy(event) }),
    ],
  },
};

export type DepositStatus = 'Requested' | 'Deposited' | 'Refused';

/** A deposit and whether it is in the wallet; `amount` in minor units. */
export interface DepositView {
  readonly depositId: string;
  readonly userId: string;
  readonly currency: string;
  readonly amount: number;
  readonly status: DepositStatus;
  /** Of a refused deposit. */
  readonly reason?: DepositRefused['data']['reason'];
  readonly requestedAt: Date;
  /** Of a deposit that is in the wallet, or refused. */
  readonly settledAt?: Date;
}

interface DepositRow extends SettledRow {
  readonly deposit_id: string;
  readonly user_id: string;
  readonly currency: string;
  readonly amount: number;
  readonly status: DepositStatus;
  readonly reason: DepositRefused['data']['reason'] | null;
  readonly requested_at: Date;
}

const view = (row: DepositRow): DepositView => ({
  depositId: row.deposit_id,
  userId: row.user_id,
  currency: row.currency,
  amount: row.amount,
  status: row.status,
  ...(row.reason !== null && { reason: row.reason }),
  requestedAt: row.requested_at,
  ...(row.settled_at !== null && { settledAt: row.settled_at }),
});

export const depositQueries = (query: LiveQuery) => ({
  /** The deposit, or undefined when none of that id was requested by the position shown. `depositId` must be a UUID. */
  depositById: async (depositId: string): Promise<Shown<DepositView | undefined>> => {
    const { position, found } = await query<DepositRow>(
      deposits,
      (slot) => `SELECT * FROM ${slot}.deposits WHERE deposit_id = $1`,
      [depositId],
    );
    return { position, found: found.map(view)[0] };
  },
  /** The deposits that came into their wallets or were refused after a position, and those of certain ids that were at any time. */
  settledDeposits: settledIn(query, deposits, { table: rows.name, key: 'deposit_id' }, (row: DepositRow) => ({
    id: row.deposit_id,
    view: view(row),
  })),
});
