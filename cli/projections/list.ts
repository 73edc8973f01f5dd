import { Command } from 'commander';
import { dataOption } from '../options.ts';
import { administer } from './administer.ts';
import { jsonLine } from '../json.ts';
import { tableOf } from './table.ts';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

const run = async ({ data, json }: Options): Promise<void> => {
  const projections = await administer({ data }, ({ list }) => list());
  process.stdout.write(json === true ? projections.map(jsonLine).join('') : tableOf(projections));
};

export const list = new Command('list')
  .description('List the projections, and each set of tables (slot) that they have: where it stands and how it goes.')
  .addOption(dataOption('data folder of the running system'))
  .option('--json', 'print JSON, a line a projection; lag in milliseconds')
  .addHelpText(
    'after',
    `
The live slot is the one that queries read, next is on its way to take its place, previous was live before.
Lag is the age of the oldest event that is not in yet.`,
  )
  .action(run);
