import * as t from 'io-ts';
import { described } from './schema.ts';

/** ISO 4217 codes in use, by their number of decimals (the "minor unit" column of the standard). */
const codesByDecimals = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF ' +
    'CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG ' +
    'HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK ' +
    'MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE ' +
    'SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const decimalsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(codesByDecimals).flatMap(([decimals, codes]) =>
    codes.split(' ').map((code) => [code, Number(decimals)]),
  ),
);

/** Every currency code that is accepted, in alphabetical order. */
export const currencies: ReadonlyArray<string> = [...decimalsByCode.keys()].sort();

/** An ISO 4217 currency code such as `EUR`. */
export const Currency = described(
  new t.Type<string, string, unknown>(
    'Currency',
    (u): u is string => typeof u === 'string' && decimalsByCode.has(u),
    (u, context) =>
      typeof u === 'string' && decimalsByCode.has(u)
        ? t.success(u)
        : t.failure(u, context, 'must be an ISO 4217 currency code such as "EUR"'),
    t.identity,
  ),
  { type: 'string', enum: currencies, description: 'an ISO 4217 currency code' },
);

/** Number of decimals of a currency: 2 for EUR, 0 for JPY. Falls back to 0 (the amount as it is) for a code not listed. */
export const decimalsOf = (currency: string): number => decimalsByCode.get(currency) ?? 0;
