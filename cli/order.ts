import { Command } from 'commander';
import { create } from './order/create.ts';
import { list } from './order/list.ts';
import { show } from './order/show.ts';
import { watch } from './order/watch.ts';

export const command = new Command('order')
  .description('Place orders and see how they go, as their user.')
  .addCommand(create)
  .addCommand(show)
  .addCommand(watch)
  .addCommand(list);
