import { once } from 'node:events';
import { Argument, Command, Option } from 'commander';
import { statementOf, type StatementLine } from '../../audit/wallet/statement.ts';
import { currenciesOf } from '../../audit/wallet/wallets.ts';
import { Currency } from '../../domain/currency.ts';
import { UserId } from '../../domain/text.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { by, dataOption } from '../options.ts';
import { jsonLine } from '../json.ts';
import { numeral } from '../words.ts';
import { exitCodes } from './exitCodes.ts';
import { timeIn } from './moment.ts';
import { withLog } from './openLog.ts';
import { breakingSilence } from './silence.ts';
import { statementJson, statementText } from './statementText.ts';

interface Options {
  readonly from?: Date;
  readonly to?: Date;
  readonly data: string;
  readonly json?: boolean;
}

interface Wallet {
  readonly userId: string;
  readonly currency: string;
}

const rendered = (line: StatementLine, { userId, currency }: Wallet, json: boolean): string =>
  json ? jsonLine(statementJson(line, userId, currency)) : statementText(line, userId, currency);

/** @returns whether the statement adds up. */
const print = async (store: EventStore, wallet: Wallet, { from, to, json = false }: Options): Promise<boolean> => {
  const onRead = breakingSilence((entries) =>
    process.stderr.write(`wallet of ${wallet.userId} in ${wallet.currency}: ${numeral(entries)} entries read\n`),
  );
  let addsUp = true;
  for await (const line of statementOf(store, wallet, { from, to }, onRead)) {
    if (line.kind === 'closing') addsUp = line.faults === 0;
    if (!process.stdout.write(rendered(line, wallet, json))) await once(process.stdout, 'drain');
  }
  return addsUp;
};

const run = (userId: string, currency: string | undefined, options: Options, command: Command): Promise<void> => {
  const { from, to, data } = options;
  if (from !== undefined && to !== undefined && from >= to)
    command.error('error: expected --from to be before --to: the period ends before its first moment');
  return withLog(data, async (store) => {
    const told = await currenciesOf(store, userId, currency === undefined ? undefined : [currency]);
    if (told.length === 0) {
      const others = currency === undefined ? told : await currenciesOf(store, userId);
      const has = others.length === 0 ? 'none' : others.join(', ');
      process.stderr.write(
        `orderflow: The log holds no wallet of ${userId}${currency === undefined ? '' : ` in ${currency}`}. ` +
          `Check the user id; wallets that it has: ${has}.\n`,
      );
      process.exitCode = exitCodes.notFound;
    }
    for (const each of told)
      if (!(await print(store, { userId, currency: each }, options))) process.exitCode = exitCodes.doesNotAddUp;
  });
};

const time = (flags: string, what: string): Option => new Option(flags, what).argParser(timeIn);

export const wallet = new Command('wallet')
  .description('Tell from the event log what moved the money of a user: every entry, with the balance after it.')
  .addArgument(new Argument('<user>', 'id of the user').argParser(by(UserId, '1 to 64 letters, digits, "_" or "-"')))
  .addArgument(
    new Argument('[currency]', 'of one wallet; all that there are otherwise').argParser(
      by(Currency, 'an ISO 4217 currency code such as EUR'),
    ),
  )
  .addOption(time('--from <time>', 'entries from then on, such as 2026-11-01 (UTC) or 2026-11-24T12:00:00Z'))
  .addOption(time('--to <time>', 'entries before then: where the next statement would begin'))
  .option('--json', 'print JSON, a line each: opening, entries, closing; amounts in minor units')
  .addOption(dataOption('data folder of the running system'))
  .addHelpText(
    'after',
    `
Exit codes: 0 it adds up, 1 failed, 2 wrong usage, 3 the log knows no such wallet, 4 a balance is not the one before it and
what was moved.

Example:
  orderflow audit wallet alice EUR --from 2026-11-01 --to 2026-12-01`,
  )
  .action(run);
