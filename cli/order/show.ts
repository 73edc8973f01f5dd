import { Argument, Command } from 'commander';
import { Uuid } from '../../domain/text.ts';
import { by } from '../options.ts';
import { answered } from './answered.ts';
import { connectTo, withGatewayOptions, type GatewayOptions } from './gateway.ts';
import { storyText } from './rendering.ts';

const run = async (orderId: string, options: GatewayOptions, command: Command): Promise<void> => {
  const { client, asking } = await connectTo(options, command);
  const order = answered(await asking(client.order(orderId)));
  process.stdout.write(options.json === true ? `${JSON.stringify(order)}\n` : storyText(order));
};

export const orderId = (name: string): Argument =>
  new Argument(name, 'which').argParser(by(Uuid, 'a UUID in lower case'));

export const show = withGatewayOptions(
  new Command('show')
    .description('Show an order, and how it came to stand where it does.')
    .addArgument(orderId('<order-id>')),
)
  .addHelpText('after', '\nExample:\n  orderflow order show 7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11 --user alice')
  .action(run);
