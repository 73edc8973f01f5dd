import type { Entry } from '../../audit/wallet/entries.ts';
import type { StatementLine } from '../../audit/wallet/statement.ts';
import { format } from '../../domain/money.ts';

/** Characters of the largest amount there can be, with its sign and its currency. */
const width = '-90071992547409.91 EUR'.length;

const signed = (movement: number, currency: string): string => {
  const sign = movement < 0 ? '-' : movement > 0 ? '+' : '';
  return `${sign}${format(Math.abs(movement), currency)}`;
};

const aboutOf = ({ event: { data } }: Entry): string =>
  'orderId' in data ? `order ${data.orderId}` : `deposit ${data.depositId}`;

const entryText = (entry: Entry, currency: string): string => {
  const { event, movement, balance, expected } = entry;
  const amounts = [signed(movement, currency), format(balance, currency)].map((amount) => amount.padStart(width));
  const fault = balance === expected ? '' : `  ! expected ${signed(expected, currency)}`;
  const at = `${event.created.toISOString()}  ${event.type.padEnd('PaymentProcessed'.length)}`;
  return `${at}${amounts.join('')}  ${aboutOf(entry)}  @${event.revision}, position ${event.position}${fault}`;
};

/** Sums may be larger than the numbers of which amounts are made. */
const sumText = (sum: bigint, currency: string): string =>
  sum <= BigInt(Number.MAX_SAFE_INTEGER) ? format(Number(sum), currency) : `${sum} minor units of ${currency}`;

/** A line of the statement of a wallet as people read it. */
export const statementText = (line: StatementLine, userId: string, currency: string): string => {
  switch (line.kind) {
    case 'opening':
      return `wallet of ${userId} in ${currency}\nopening balance ${format(line.balance, currency)}\n`;
    case 'entry':
      return `${entryText(line, currency)}\n`;
    case 'closing': {
      const moved = `${sumText(line.moneyIn, currency)} in, ${sumText(line.moneyOut, currency)} out`;
      const sums = line.faults === 0 ? 'it adds up' : `IT DOES NOT ADD UP at ${line.faults} of the entries`;
      return `closing balance ${format(line.balance, currency)}: ${line.entries} entries, ${moved}; ${sums}\n`;
    }
  }
};

/** A line of the statement of a wallet as programs read it. Amounts in minor units; positions and sums in decimal digits. */
export const statementJson = (line: StatementLine, userId: string, currency: string): object => {
  if (line.kind !== 'entry') return { ...line, userId, currency };
  const { kind, event, movement, balance, expected } = line;
  const { id, type, stream, revision, position, created, data, metadata } = event;
  const where = { id, type, at: created.toISOString(), position, stream, revision };
  return { kind, ...where, causedBy: metadata.$causationId, movement, balance, expected, data };
};
