import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Happened } from '../decider.ts';
import { hundredEuros } from '../deposit/examples.ts';
import { ofType } from '../events.ts';
import { history } from '../examples.ts';
import { depositRefused, hundredEurosDeposited, pianoRefused, teapotsCharged, teapotsOperationId } from './examples.ts';
import type { WalletEvent } from './messages.ts';
import { wallet, type Wallet, type WalletCommand } from './wallet.ts';

const [deposited, charged, refused] = history.filter(ofType('FundsDeposited', 'PaymentProcessed', 'DepositRefused'));
const given = (...events: ReadonlyArray<Happened<WalletEvent> | undefined>) => {
  const state = events.reduce<Wallet>((s, e) => (e === undefined ? s : wallet.evolve(s, e)), wallet.initial);
  return { when: (command: WalletCommand) => wallet.decide(command, state) };
};

const deposit: WalletCommand = { type: 'DepositFunds', ...hundredEuros, cause: deposited?.metadata.$causationId ?? '' };
const { orderId, amount } = teapotsCharged.data;
const charge: WalletCommand = {
  type: 'ChargeOrder',
  orderId,
  userId: 'alice',
  currency: 'EUR',
  amount,
  operationId: teapotsOperationId,
  cause: charged?.metadata.$causationId ?? '',
};

describe('wallet', () => {
  it('takes money in', () => {
    expect(given().when(deposit)).toEqual(E.right(O.some(hundredEurosDeposited)));
  });

  it('takes the same deposit once', () => {
    expect(given(deposited, charged).when(deposit)).toEqual(E.right(O.none));
  });

  it('pays an order that it can pay', () => {
    expect(given(deposited).when(charge)).toEqual(E.right(O.some(teapotsCharged)));
  });

  it('pays an order once', () => {
    expect(given(deposited, charged, refused).when(charge)).toEqual(E.right(O.none));
  });

  it('pays an order with its last cent', () => {
    const last = given(deposited).when({ ...charge, amount: 10_000 });
    expect(last).toMatchObject(E.right(O.some({ data: { paid: true, balance: 0 } })));
  });

  it('refuses an order that it is one cent short of, and keeps its balance', () => {
    const short = given(deposited).when({ ...charge, amount: 10_001 });
    expect(short).toMatchObject(
      E.right(O.some({ data: { paid: false, reason: 'InsufficientFunds', balance: 10_000 } })),
    );
    expect(pianoRefused.data.balance).toBe(4500);
  });

  it('refuses an order when it never held anything', () => {
    expect(given().when(charge)).toMatchObject(E.right(O.some({ data: { paid: false, balance: 0 } })));
  });

  it('refuses a deposit that would pass the safe integers', () => {
    const full = { balance: Number.MAX_SAFE_INTEGER, handled: undefined };
    expect(wallet.decide(deposit, full)).toEqual(E.right(O.some(depositRefused)));
  });

  it('adds up for any deposits and orders, however often each is delivered', () => {
    const money = fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
    const step = fc.record({ kind: fc.constantFrom('deposit', 'charge'), cause: fc.nat({ max: 12 }), amount: money });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let state = wallet.initial;
        const written: WalletEvent[] = [];
        const causes: string[] = [];
        for (const { kind, cause, amount: minorUnits } of steps) {
          const entry = { userId: 'alice', currency: 'EUR', amount: minorUnits, cause: `${kind}-${cause}` };
          const command: WalletCommand =
            kind === 'deposit'
              ? { type: 'DepositFunds', depositId: hundredEuros.depositId, ...entry }
              : { type: 'ChargeOrder', orderId, operationId: teapotsOperationId, ...entry };
          const decision = wallet.decide(command, state);
          if (E.isLeft(decision) || O.isNone(decision.right)) continue;
          const event = decision.right.value;
          written.push(event);
          causes.push(entry.cause);
          const metadata = {
            $correlationId: orderId,
            $causationId: entry.cause,
            traceparent: '',
            version: 1,
            policy: 1,
          };
          state = wallet.evolve(state, { ...event, id: entry.cause, metadata });
        }
        const sum = written.reduce((total, event) => {
          if (event.type === 'FundsDeposited') return total + BigInt(event.data.amount);
          return event.type === 'PaymentProcessed' && event.data.paid ? total - BigInt(event.data.amount) : total;
        }, 0n);
        expect(BigInt(state.balance)).toBe(sum);
        expect(written.every(({ data }) => data.balance >= 0 && Number.isSafeInteger(data.balance))).toBe(true);
        expect(new Set(causes).size).toBe(causes.length);
      }),
    );
  });
});
