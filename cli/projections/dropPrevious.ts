import { Command } from 'commander';
import { dataOption } from '../options.ts';
import { administer } from './administer.ts';
import { projectionArgument } from './names.ts';

const run = async (name: string, { data }: { readonly data: string }): Promise<void> => {
  const slot = await administer({ data }, ({ dropPrevious }) => dropPrevious(name));
  const done = slot === undefined ? 'there is no previous slot' : `${slot} is dropped, there is no way back to it`;
  process.stdout.write(`${name}: ${done}\n`);
};

export const dropPrevious = new Command('drop-previous')
  .description('Drop the slot that was live before a rebuild or a new version: from then on there is no rollback.')
  .addArgument(projectionArgument('<name>'))
  .addOption(dataOption('data folder of the running system'))
  .addHelpText('after', '\nExample:\n  orderflow projections drop-previous orders')
  .action(run);
