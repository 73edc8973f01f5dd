import * as t from 'io-ts';
import { decimalsOf } from './currency.ts';
import { described } from './schema.ts';

const wholeNumber = (name: string, minimum: number, expected: string) => {
  const holds = (u: unknown): u is number => Number.isSafeInteger(u) && Number(u) >= minimum && !Object.is(u, -0);
  const codec = new t.Type<number, number, unknown>(
    name,
    holds,
    (u, context) => (holds(u) ? t.success(u) : t.failure(u, context, `must be ${expected}`)),
    t.identity,
  );
  return described(codec, { type: 'integer', minimum, maximum: Number.MAX_SAFE_INTEGER, description: expected });
};

/** An amount in minor units (cents of EUR, yen of JPY): a positive safe integer. */
export const Amount = wholeNumber('Amount', 1, 'a positive whole number of minor units, at most 9007199254740991');

/** A balance in minor units: a safe integer that is never negative. */
export const Balance = wholeNumber('Balance', 0, 'a whole number of minor units, at least 0');

/** How many of a thing, none included. */
export const Count = wholeNumber('Count', 0, 'a whole number, at least 0');

/** How many of a thing: a positive safe integer. */
export const Quantity = wholeNumber('Quantity', 1, 'a positive whole number, at most 9007199254740991');

/** A count of events in a stream, from 0. */
export const Revision = wholeNumber('Revision', 0, 'a whole number, at least 0');

/** Sum of two amounts in minor units, or undefined where it would pass the safe integers. */
export const add = (a: number, b: number): number | undefined => {
  const sum = a + b;
  return Number.isSafeInteger(sum) ? sum : undefined;
};

/** Total of order lines in minor units, or undefined where it would pass the safe integers. */
export const totalOf = (lines: ReadonlyArray<{ quantity: number; unitPrice: number }>): number | undefined => {
  // BigInt: the product of two safe integers may lose its last digits in a double and look safe again.
  const total = lines.reduce((sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitPrice), 0n);
  return total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : undefined;
};

/** Minor units for people: `format(123450, 'EUR')` is `1234.50 EUR`. */
export const format = (minorUnits: number, currency: string): string => {
  const decimals = decimalsOf(currency);
  if (decimals === 0) return `${minorUnits} ${currency}`;
  const digits = String(minorUnits).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)} ${currency}`;
};
