import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { format } from '../../domain/money.ts';
import { expectedLine, lineOf } from './line.ts';

const priceOf = (price: string, currency: string) => lineOf(`teapot:1:${price}`, currency)?.unitPrice;

describe('an order line', () => {
  it.each([
    ['teapot:2:25.50', 'EUR', { sku: 'teapot', quantity: 2, unitPrice: 2_550 }],
    ['tea: green:1:4', 'EUR', { sku: 'tea: green', quantity: 1, unitPrice: 400 }],
    ['tea:3:0.5', 'EUR', { sku: 'tea', quantity: 3, unitPrice: 50 }],
    ['tea:3:450', 'JPY', { sku: 'tea', quantity: 3, unitPrice: 450 }],
    ['tea:3:1.234', 'KWD', { sku: 'tea', quantity: 3, unitPrice: 1_234 }],
    ['piano:1:90071992547409.91', 'EUR', { sku: 'piano', quantity: 1, unitPrice: Number.MAX_SAFE_INTEGER }],
  ])('is read from %s in %s', (text, currency, line) => {
    expect(lineOf(text, currency)).toEqual(line);
  });

  it.each([
    ['teapot', 'EUR'],
    ['teapot:2', 'EUR'],
    [':2:25.50', 'EUR'],
    ['teapot:0:25.50', 'EUR'],
    ['teapot:two:25.50', 'EUR'],
    ['teapot:1.5:25.50', 'EUR'],
    ['teapot:2:25.505', 'EUR'],
    ['teapot:2:25,50', 'EUR'],
    ['teapot:2:-1', 'EUR'],
    ['teapot:2:0.00', 'EUR'],
    ['teapot:2:1e3', 'EUR'],
    ['teapot:2:25.', 'EUR'],
    ['teapot:2:450.5', 'JPY'],
    ['piano:1:90071992547409.92', 'EUR'],
    [' teapot:2:25.50', 'EUR'],
  ])('is not read from "%s" in %s', (text, currency) => {
    expect(lineOf(text, currency)).toBeUndefined();
  });

  it('has exactly the price that is shown, in every currency', () => {
    const amounts = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(amounts, fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), (amount, currency) => {
        expect(priceOf(format(amount, currency).replace(` ${currency}`, ''), currency)).toBe(amount);
      }),
    );
  });

  it.each([
    ['EUR', 'sku:quantity:price with a positive price of at most 2 decimals in EUR, such as teapot:2:25.50'],
    ['JPY', 'sku:quantity:price with a positive price without decimals in JPY, such as teapot:2:2550'],
  ])('says what is expected of it in %s', (currency, expected) => {
    expect(expectedLine(currency)).toBe(expected);
  });
});
