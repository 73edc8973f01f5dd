import { Command, Option } from 'commander';
import { Status, type Order } from '../../api/answers.ts';
import type { Each } from '../../client/answer.ts';
import type { OrderStatus } from '../../domain/order/messages.ts';
import { whole } from '../configuration/codecs.ts';
import { by } from '../options.ts';
import { answered } from './answered.ts';
import { connectTo, withGatewayOptions, type GatewayOptions } from './gateway.ts';
import { ordersText } from './rendering.ts';

interface Options extends GatewayOptions {
  readonly status?: OrderStatus;
  readonly limit: number;
}

const largestPage = 100;

const first = async (limit: number, all: Each<Order>): Promise<ReadonlyArray<Order>> => {
  const orders: Order[] = [];
  for await (const order of all) {
    orders.push(answered(order));
    if (orders.length === limit) break;
  }
  return orders;
};

const run = async ({ status, limit, json, ...options }: Options, command: Command): Promise<void> => {
  const { client, asking } = await connectTo(options, command);
  const pageSize = Math.min(limit, largestPage);
  const orders = await asking(first(limit, client.orders({ status, pageSize })));
  const asJson = orders.map((order) => `${JSON.stringify(order)}\n`).join('');
  process.stdout.write(json === true ? asJson : ordersText(orders));
};

const statuses = Object.keys(Status.keys).join(', ');

export const list = withGatewayOptions(
  new Command('list')
    .description('List your orders, newest first.')
    .addOption(
      new Option('--status <status>', `those only that are: ${statuses}`).argParser(by(Status, `one of ${statuses}`)),
    )
    .addOption(new Option('--limit <number>', 'how many at most').argParser(by(whole(1, 10_000))).default(20)),
)
  .addHelpText('after', '\nExample:\n  orderflow order list --user alice --status Paid --limit 5')
  .action(run);
