import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider } from '../decider.ts';
import type { DepositRequested } from './messages.ts';

/** The request as it was stored, or nothing yet. */
export type Deposit =
  { readonly status: 'None' } | { readonly status: 'Requested'; readonly deposit: DepositRequested['data'] };

/** Ask for a deposit. Owned by the gateway; stream `deposit-{depositId}`, one event at most. */
export type RequestDeposit = { readonly type: 'RequestDeposit'; readonly deposit: DepositRequested['data'] };

const initial: Deposit = { status: 'None' };

const decide: Decider<RequestDeposit, Deposit, DepositRequested>['decide'] = (command, state) => {
  switch (state.status) {
    case 'None':
      return E.right(O.some({ type: 'DepositRequested', data: command.deposit }));
    case 'Requested':
      return E.left({ reason: `Expected no request for deposit ${command.deposit.depositId} yet, found one` });
  }
};

const evolve = (_: Deposit, event: DepositRequested): Deposit => ({ status: 'Requested', deposit: event.data });

export const deposit: Decider<RequestDeposit, Deposit, DepositRequested> = { initial, decide, evolve };
