import { Argument, Command, Option } from 'commander';
import { LogPosition, SkipReason } from '../../domain/skip/messages.ts';
import { line } from '../configuration/codecs.ts';
import { by, dataOption } from '../options.ts';
import { userName } from '../userName.ts';
import { administer } from './administer.ts';
import { projectionArgument } from './names.ts';

interface Options {
  readonly by?: string;
  readonly reason: string;
  readonly data: string;
}

const run = async (name: string, position: string, options: Options): Promise<void> => {
  const { data, by: decider = userName(), reason } = options;
  const isNew = await administer({ data }, ({ skip }) =>
    skip(name, { position: BigInt(position), by: decider, reason }),
  );
  const when = isNew ? 'on record' : 'as was decided before';
  process.stdout.write(`${name}: does without the event at position ${position}, now and in every rebuild (${when})\n`);
};

export const skip = new Command('skip')
  .description('Have a projection go on without the event at which it has stopped. The decision is an event itself.')
  .addArgument(projectionArgument('<name>'))
  .addArgument(
    new Argument('<position>', 'of the event, as the projection tells it').argParser(
      by(LogPosition, 'a position in decimal digits'),
    ),
  )
  .addOption(
    new Option('--reason <text>', 'why, for the record')
      .argParser(by(SkipReason, '1 to 500 printable characters'))
      .makeOptionMandatory(),
  )
  .addOption(new Option('--by <name>', 'who decides, for the record (default: your user name)').argParser(by(line)))
  .addOption(dataOption('data folder of the running system'))
  .addHelpText(
    'after',
    `
Example:
  orderflow projections skip orders 51234 --reason 'written by a trial of ours'`,
  )
  .action(run);
