import { Command } from 'commander';
import { dropPrevious } from './projections/dropPrevious.ts';
import { list } from './projections/list.ts';
import { rebuild } from './projections/rebuild.ts';
import { rollback } from './projections/rollback.ts';
import { skip } from './projections/skip.ts';

export const command = new Command('projections')
  .description('See how the read models stand, fill them anew, and have them go on.')
  .addCommand(list)
  .addCommand(rebuild)
  .addCommand(rollback)
  .addCommand(dropPrevious)
  .addCommand(skip);
