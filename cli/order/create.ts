import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Order, PlacedOrder, Problem } from '../../api/answers.ts';
import { problemTypes } from '../../api/problems.ts';
import type { Client } from '../../client/client.ts';
import { Currency } from '../../domain/currency.ts';
import type { OrderLine } from '../../domain/orderRequest/messages.ts';
import { matching, whole } from '../configuration/codecs.ts';
import { Failure } from '../failure.ts';
import { by } from '../options.ts';
import { answered, inWords } from './answered.ts';
import { exitCodeOf, exitCodes, exitCodesHelp } from './exitCodes.ts';
import { connectTo, withGatewayOptions, type GatewayOptions } from './gateway.ts';
import { expectedLine, lineOf } from './line.ts';
import { orderText } from './rendering.ts';

interface Options extends GatewayOptions {
  readonly item: ReadonlyArray<string>;
  readonly currency: string;
  readonly wait?: number;
  readonly key?: string;
}

const linesOf = (texts: ReadonlyArray<string>, currency: string, command: Command): ReadonlyArray<OrderLine> =>
  texts.map(
    (text) =>
      lineOf(text, currency) ?? command.error(`error: expected --item ${expectedLine(currency)}, found "${text}"`),
  );

/** The problem was not with the order: the same one may be taken, or may have been. */
const isPassing = ({ status }: Problem): boolean => status >= 500 || status === problemTypes.tooManyRequests.status;

/** What was placed. @throws Failure that says how to go on without ordering twice. */
const place = async (placing: ReturnType<Client['placeOrder']>, key: string): Promise<Order | PlacedOrder> => {
  const further = `To try again without ordering twice: --key ${key}`;
  const answer = await placing.catch((error: unknown) => {
    throw error instanceof Failure ? new Failure(`${error.message}\n${further}`, { cause: error }) : error;
  });
  if (E.isLeft(answer) && isPassing(answer.left)) throw new Failure(`${inWords(answer.left)}\n${further}`);
  return answered(answer);
};

const run = async (options: Options, command: Command): Promise<void> => {
  const { item, currency, wait, key = randomUUID(), json } = options;
  const items = linesOf(item, currency, command);
  const { client, asking, user } = await connectTo(options, command);
  // Before anything is sent: whoever stops this, or loses the answer, can send it again.
  if (options.key === undefined) process.stderr.write(`With --key ${key} the same command orders nothing twice.\n`);
  const placing = client.placeOrder({ userId: user(), currency, items }, { wait, idempotencyKey: key });
  const order = await place(asking(placing), key);
  process.stdout.write(json === true ? `${JSON.stringify(order)}\n` : orderText(order));
  if (wait === undefined) return;
  process.exitCode = exitCodeOf(order.status);
  if (process.exitCode === exitCodes.notSettled) process.stderr.write(furtherText(order.orderId, options.user, key));
};

/** How to learn of the end of an order that was not waited for any longer. */
const furtherText = (orderId: string, user: string | undefined, key: string): string =>
  `Not settled yet. To see how it ends: orderflow order watch ${orderId}${user === undefined ? '' : ` --user ${user}`}\n` +
  `To wait again, without ordering twice: the same command with --key ${key}\n`;

const key = matching('1 to 255 visible ASCII characters', /^[!-~]{1,255}$/);

export const create = withGatewayOptions(
  new Command('create')
    .description('Place an order. Asked again with the same --key, it is placed once.')
    .addOption(
      new Option('--item <sku:quantity:price>', 'what to order; once for each line')
        .argParser((text: string, before: ReadonlyArray<string> | undefined) => [...(before ?? []), text])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--currency <code>', 'of the prices')
        .argParser(by(Currency, 'an ISO 4217 currency code such as EUR'))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--wait <seconds>', 'wait until it is paid or cancelled, so long at most').argParser(by(whole(1, 30))),
    )
    .addOption(new Option('--key <text>', 'idempotency key (default: a new one)').argParser(by(key))),
)
  .addHelpText(
    'after',
    `
Examples:
  orderflow order create --user alice --item teapot:2:25.50 --item tea:1:4 --currency EUR
  orderflow order create --user alice --item teapot:2:25.50 --currency EUR --wait 10 --key basket-4711
${exitCodesHelp} Without --wait, 0 is for an order that is placed.`,
  )
  .action(run);
