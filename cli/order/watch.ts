import { Command } from 'commander';
import type { Each } from '../../client/answer.ts';
import type { StoryEvent } from '../../client/story.ts';
import type { OrderStatus } from '../../domain/order/messages.ts';
import { Failure } from '../failure.ts';
import { answered } from './answered.ts';
import { exitCodeOf, exitCodesHelp } from './exitCodes.ts';
import { connectTo, withGatewayOptions, type GatewayOptions } from './gateway.ts';
import { stepText } from './rendering.ts';
import { orderId } from './show.ts';

/** Aborts when nobody reads what is printed any more, as in `… | head -1`. */
const whileRead = (): AbortSignal => {
  const reader = new AbortController();
  process.stdout.on('error', (cause) => reader.abort(new Failure('Nobody reads what is shown.', { cause })));
  return reader.signal;
};

/** Prints each event as it comes. @returns where the order stood at last. */
const print = async (story: Each<StoryEvent>, lineOf: (event: StoryEvent) => string) => {
  let last: OrderStatus | undefined;
  for await (const told of story) {
    const event = answered(told);
    process.stdout.write(lineOf(event));
    last = event.status ?? last;
  }
  return last;
};

const run = async (id: string | undefined, options: GatewayOptions, command: Command): Promise<void> => {
  const { client, asking } = await connectTo(options, command);
  const json = (event: StoryEvent): string => `${JSON.stringify(event)}\n`;
  const signal = whileRead();
  if (id === undefined) {
    const text = (event: StoryEvent): string => `${event.orderId}  ${stepText(event)}`;
    await asking(print(client.watchAll({ signal }), options.json === true ? json : text));
  } else {
    const last = await asking(print(client.watch(id, { signal }), options.json === true ? json : stepText));
    if (last !== undefined) process.exitCode = exitCodeOf(last);
  }
};

export const watch = withGatewayOptions(
  new Command('watch')
    .description(
      'Show what happens to an order as it happens, to the end of its story; or to all of yours, without end.',
    )
    .addArgument(orderId('[order-id]')),
)
  .addHelpText(
    'after',
    `
Examples:
  orderflow order watch 7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11 --user alice
  orderflow order watch --user alice --json
${exitCodesHelp}`,
  )
  .action(run);
