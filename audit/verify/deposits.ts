import type { RecordedEvent } from '../../domain/events.ts';
import { format } from '../../domain/money.ts';
import { caused, requested } from './causes.ts';
import { broken, first, must, type Findings } from './invariants.ts';
import type { DepositRecord } from './records.ts';

/** The request of a deposit. */
export const ofDepositRequest = ({ request }: DepositRecord, event: RecordedEvent<'DepositRequested'>): Findings => {
  if (request === undefined) return requested(event, event.data.depositId);
  return broken('deposit-requested-once', `no request but ${request.id}`, `another one, ${event.id}`);
};

/** What became of a deposit, as the deposit's: what it does to the wallet is another matter. */
export const ofDepositEntry = (
  { request, requested: asked, entry }: DepositRecord,
  event: RecordedEvent<'FundsDeposited' | 'DepositRefused'>,
): Findings => {
  const { depositId, userId, currency, amount } = event.data;
  if (entry !== undefined)
    return broken(
      'deposit-once',
      `no entry but ${entry.id}`,
      `another one, ${event.id}, of ${format(amount, currency)}`,
    );
  if (request === undefined || asked === undefined)
    return broken(
      'deposit-requested',
      'a DepositRequested before it',
      `none, and ${event.type} of ${format(amount, currency)}`,
    );
  return first(
    () => caused(event, request, depositId),
    () =>
      must(
        userId === asked.userId && currency === asked.currency && amount === asked.amount,
        'deposit-as-requested',
        () => `${format(asked.amount, asked.currency)} for ${asked.userId}`,
        () => `${format(amount, currency)} for ${userId}`,
      ),
  );
};
