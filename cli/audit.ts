import { Command } from 'commander';
import { order } from './audit/order.ts';
import { verify } from './audit/verify.ts';
import { wallet } from './audit/wallet.ts';

export const command = new Command('audit')
  .description('Ask the event log itself what happened, and whether it can be trusted.')
  .addCommand(order)
  .addCommand(wallet)
  .addCommand(verify);
