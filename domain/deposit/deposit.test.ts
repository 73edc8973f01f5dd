import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { ofType, type RecordedEvent } from '../events.ts';
import { history } from '../examples.ts';
import { deposit, type RequestDeposit } from './deposit.ts';
import { hundredEuros, hundredEurosRequested } from './examples.ts';

const requested = history.filter(ofType('DepositRequested'));
const given = (events: ReadonlyArray<RecordedEvent<'DepositRequested'>>) => ({
  when: (command: RequestDeposit) => deposit.decide(command, events.reduce(deposit.evolve, deposit.initial)),
});
const request: RequestDeposit = { type: 'RequestDeposit', deposit: hundredEuros };

describe('deposit', () => {
  it('is requested, with what was asked for', () => {
    expect(given([]).when(request)).toEqual(E.right(O.some(hundredEurosRequested)));
  });

  it('refuses to be requested a second time under its id', () => {
    const reason = `Expected no request for deposit ${hundredEuros.depositId} yet, found one`;
    expect(requested).toHaveLength(1);
    expect(given(requested).when(request)).toEqual(E.left({ reason }));
  });
});
