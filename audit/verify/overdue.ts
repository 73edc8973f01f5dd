import { must, none, type Findings } from './invariants.ts';
import type { DepositRecord, Mark, OrderRecord } from './records.ts';

/** How long things may take, both in milliseconds: `now` is the time since the epoch at which the log ended. */
export interface Grace {
  readonly now: number;
  readonly grace: number;
}

const since = ({ at }: Mark, { now, grace }: Grace): string =>
  `nothing for ${Math.floor((now - at) / 1_000)} s, ${Math.floor((now - at - grace) / 1_000)} s longer than the grace`;

const overdue = ({ at }: Mark, { now, grace }: Grace): boolean => now - at > grace;

/** What an order still lacks when the log ends, and where it stands: at the event after which nothing came. */
export const ofOpenOrder = ({ request, settlement, letter, unreadable }: OrderRecord, time: Grace): Findings => {
  if (unreadable === true || request === undefined || letter !== undefined) return none;
  const latest = settlement ?? request;
  return must(
    !overdue(latest, time),
    settlement === undefined ? 'order-settled' : 'letter-recorded',
    () => (settlement === undefined ? 'OrderPaid or OrderCancelled' : 'LetterSent or LetterNotSent'),
    () => since(latest, time),
  );
};

/** What a deposit still lacks when the log ends. */
export const ofOpenDeposit = ({ request, entry, unreadable }: DepositRecord, time: Grace): Findings => {
  if (unreadable === true || request === undefined || entry !== undefined) return none;
  return must(
    !overdue(request, time),
    'deposit-settled',
    () => 'FundsDeposited or DepositRefused',
    () => since(request, time),
  );
};
