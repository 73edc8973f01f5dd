import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Currency } from '../domain/currency.ts';
import { Amount, totalOf } from '../domain/money.ts';
import { OrderLine } from '../domain/orderRequest/messages.ts';
import { described } from '../domain/schema.ts';
import { UserId } from '../domain/text.ts';
import { Day, daysBetween } from './day.ts';

type Lines = ReadonlyArray<OrderLine>;

/** Lines that an order may have. */
export const mostLines = 100;
const lines = t.readonlyArray(OrderLine);

const isCountable = (u: unknown): u is ReadonlyArray<unknown> =>
  Array.isArray(u) && u.length >= 1 && u.length <= mostLines;

const validateLines: t.Validate<unknown, Lines> = (u, context) => {
  // Before any line is looked at, so that no answer has faults without end.
  if (!isCountable(u)) return t.failure(u, context, `must be an array of 1 to ${mostLines} order lines`);
  const valid = lines.validate(u, context);
  return E.isRight(valid) && totalOf(valid.right) === undefined
    ? t.failure(u, context, `must add up to at most ${Number.MAX_SAFE_INTEGER} minor units`)
    : valid;
};

/** Order lines whose total is a safe integer. */
const Lines = described(
  new t.Type<Lines, unknown, unknown>('Lines', lines.is, validateLines, lines.encode),
  {
    minItems: 1,
    maxItems: mostLines,
    description: `1 to ${mostLines} order lines that add up to at most ${Number.MAX_SAFE_INTEGER} minor units`,
  },
  lines,
);

/** Body of `POST /orders`; unit prices in minor units. */
export const OrderInput = t.strict({ userId: UserId, currency: Currency, items: Lines }, 'OrderInput');

/** Body of `POST /wallets/{userId}/{currency}/deposits`; amount in minor units. */
export const DepositBody = t.strict({ amount: Amount }, 'DepositBody');

/** The same together with what the path names. */
export const DepositInput = t.strict({ userId: UserId, currency: Currency, amount: Amount }, 'DepositInput');

const mostDays = 366;
const days = t.strict({ currency: Currency, from: Day, to: Day });

/** Query of a report: a currency, and a period from its first day to its last. */
export const ReportPeriod = new t.Type<t.TypeOf<typeof days>, unknown, unknown>(
  'ReportPeriod',
  days.is,
  (u, context) => {
    const valid = days.validate(u, context);
    if (E.isLeft(valid)) return valid;
    const { from, to } = valid.right;
    const length = daysBetween(from, to) + 1;
    return length >= 1 && length <= mostDays
      ? valid
      : t.failure(to, t.appendContext(context, 'to', Day), `must be from 0 to ${mostDays - 1} days after "from"`);
  },
  days.encode,
);

export type ReportPeriod = t.TypeOf<typeof ReportPeriod>;
