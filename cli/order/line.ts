import { decimalsOf } from '../../domain/currency.ts';
import { Amount, format } from '../../domain/money.ts';
import { OrderLine } from '../../domain/orderRequest/messages.ts';

/** Minor units of an amount as people write it, such as `25.50`; undefined where it is none of this currency. No rounding. */
const minorUnitsOf = (text: string, currency: string): number | undefined => {
  const decimals = decimalsOf(currency);
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || fraction.length > decimals) return undefined;
  const minorUnits = Number(whole + fraction.padEnd(decimals, '0'));
  return Amount.is(minorUnits) ? minorUnits : undefined;
};

/** What a line must look like in a currency, with an example. */
export const expectedLine = (currency: string): string => {
  const decimals = decimalsOf(currency);
  const price =
    decimals === 0 ? 'a positive price without decimals' : `a positive price of at most ${decimals} decimals`;
  const example = format(2_550, currency).replace(` ${currency}`, '');
  return `sku:quantity:price with ${price} in ${currency}, such as teapot:2:${example}`;
};

/** The order line that `sku:quantity:price` names, undefined where it names none. A sku may itself hold colons. */
export const lineOf = (text: string, currency: string): OrderLine | undefined => {
  const [, sku, quantity, price = ''] = /^(.+):(\d+):([^:]+)$/s.exec(text) ?? [];
  const line = { sku, quantity: Number(quantity), unitPrice: minorUnitsOf(price, currency) };
  return OrderLine.is(line) ? line : undefined;
};
