import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Operation } from '../../api/answers.ts';
import { Currency } from '../../domain/currency.ts';
import { wallets, walletQueries, type OperationView } from '../../projections/readModels/wallets.ts';
import { pageAnswer } from './page.ts';
import { cursorIn, decodeQuery, Limit } from './query.ts';
import { reading } from './reading.ts';
import { walletNotFound } from './wallets.ts';

const cursorOf = (currency: string) => cursorIn('operations', currency);

const queryOf = (currency: string) =>
  t.intersection([t.type({ limit: Limit }), t.partial({ cursor: cursorOf(currency) })]);

const shown = ({ subjectId, at, kind, ...moved }: OperationView): Operation => {
  const told = { ...moved, at: at.toISOString() };
  switch (kind) {
    case 'Deposit':
      return { kind, ...told, depositId: subjectId };
    case 'Payment':
      return { kind, ...told, orderId: subjectId };
  }
};

/** `GET /wallets/{currency}/operations`: what moved money in the caller's own wallet, newest first. */
export const listOperations = reading({
  projection: wallets,
  queries: walletQueries,
  inputOf: (context) => {
    const { currency } = context.params;
    if (!Currency.is(currency)) return E.left(walletNotFound);
    const query = decodeQuery(queryOf(currency), context);
    return E.isLeft(query) ? query : E.right({ ...query.right, currency });
  },
  query: ({ operationsOf }, { currency, limit, cursor: end }, { userId }) =>
    operationsOf(userId, currency, { limit, before: end === undefined ? undefined : Number(end) }),
  answer: ({ items, next }, { currency, limit }) =>
    pageAnswer(
      `/wallets/${currency}/operations`,
      { limit: String(limit) },
      { operations: items.map(shown) },
      next === undefined ? undefined : cursorOf(currency).encode(BigInt(next)),
    ),
});
