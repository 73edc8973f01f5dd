import { Command } from 'commander';
import { dataOption } from '../options.ts';
import { projectionArgument } from './names.ts';
import { workOn } from './work.ts';

const run = (asked: string, { data }: { readonly data: string }): Promise<void> =>
  workOn([asked], data, async (administration, name, how) => {
    const slot = await administration.rollback(name, how);
    return `${name}: queries read ${slot} again; what was live until now is kept, and the same command goes back to it\n`;
  });

export const rollback = new Command('rollback')
  .description('Have queries read the slot again that was live before, once it has caught up.')
  .addArgument(projectionArgument('<name>'))
  .addOption(dataOption('data folder of the running system'))
  .addHelpText('after', '\nExample:\n  orderflow projections rollback orders')
  .action(run);
