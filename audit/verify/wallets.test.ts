import { describe, expect, it } from '@jest/globals';
import { history } from '../../domain/examples.ts';
import { ofType } from '../../domain/events.ts';
import { newWallet } from './records.ts';
import { afterEntry, ofEntry } from './wallets.ts';

const entries = history.filter(ofType('PaymentProcessed', 'FundsDeposited', 'DepositRefused'));

describe('a wallet', () => {
  it('that lacks an entry is told of at the next one, and its sum begins again there', () => {
    const [funds, , refusal] = entries;
    if (funds === undefined || refusal === undefined) throw new Error('Expected three entries in the example');
    const before = afterEntry(newWallet, funds);
    expect(ofEntry(before, refusal)).toEqual([
      { invariant: 'wallet-complete', expected: 'revision 1 of wallet-alice.EUR', found: 'revision 2' },
    ]);
    expect(afterEntry(before, refusal)).toMatchObject({ balance: 4_500, revision: 2 });
  });

  it('after an entry that cannot be read takes the next balance as it is', () => {
    const [, payment] = entries;
    if (payment === undefined) throw new Error('Expected three entries in the example');
    expect(ofEntry({ ...newWallet, balance: undefined, revision: 0 }, payment)).toEqual([]);
  });
});
