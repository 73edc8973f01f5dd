import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { add, Amount, format, totalOf } from './money.ts';

const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('money', () => {
  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, -0, '1', null, undefined, 10n])(
    'is no amount when it is %p',
    (value) => {
      expect(E.isLeft(Amount.decode(value))).toBe(true);
    },
  );

  it('adds up exactly or not at all', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const exact = BigInt(a) + BigInt(b);
        expect(add(a, b)).toBe(exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : undefined);
      }),
    );
  });

  it('totals lines exactly or not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ quantity: positive, unitPrice: positive })), (lines) => {
        const exact = lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice), 0n);
        expect(totalOf(lines)).toBe(exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : undefined);
      }),
    );
  });

  it.each([
    [5, 'EUR', '0.05 EUR'],
    [123_450, 'EUR', '1234.50 EUR'],
    [5500, 'JPY', '5500 JPY'],
    [1, 'KWD', '0.001 KWD'],
  ])('shows %i of %s as %s', (minorUnits, currency, shown) => {
    expect(format(minorUnits, currency)).toBe(shown);
  });
});
