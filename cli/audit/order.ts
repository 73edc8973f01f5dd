import { Command, Option } from 'commander';
import { notYet, type Moment } from '../../audit/moment.ts';
import { historyOfOrder } from '../../audit/order/history.ts';
import { reportOf } from '../../audit/order/report.ts';
import { Failure } from '../failure.ts';
import { jsonLine } from '../json.ts';
import { dataOption } from '../options.ts';
import { orderId as orderIdArgument } from '../order/show.ts';
import { exitCodes } from './exitCodes.ts';
import { momentIn } from './moment.ts';
import { withLog } from './openLog.ts';
import { treeOf } from './orderTree.ts';

interface Options {
  readonly asOf?: Moment;
  readonly data: string;
  readonly json?: boolean;
}

const run = (orderId: string, { asOf: moment, data, json }: Options): Promise<void> =>
  withLog(data, async (store) => {
    const fault = moment === undefined ? undefined : await notYet(store, moment, new Date());
    if (fault !== undefined) throw new Failure(fault);
    const steps = await historyOfOrder(store, orderId, moment);
    if (steps.length === 0) {
      process.stderr.write(
        `orderflow: The log holds no event of order ${orderId}${moment === undefined ? '' : ' at that moment'}. Check the id, ` +
          `and that this is the system that took the order.\n`,
      );
      process.exitCode = exitCodes.notFound;
      return;
    }
    const report = reportOf(orderId, steps);
    process.stdout.write(json === true ? jsonLine(report) : treeOf(report));
  });

export const order = new Command('order')
  .description('Tell from the event log what happened to an order: every event, under the one that caused it.')
  .addArgument(orderIdArgument('<order-id>'))
  .addOption(
    new Option(
      '--as-of <moment>',
      'as it was then: a time such as 2026-11-24T12:00:00Z, or a position of the log (included)',
    ).argParser(momentIn),
  )
  .option('--json', 'print one line of JSON; durations in milliseconds, amounts in minor units')
  .addOption(dataOption('data folder of the running system'))
  .addHelpText(
    'after',
    `
Exit codes: 0 told, 1 failed, 2 wrong usage, 3 the log holds no event of the order (at that moment).

Examples:
  orderflow audit order 7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11
  orderflow audit order 7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11 --as-of 2026-11-24T12:00:00Z --json`,
  )
  .action(run);
