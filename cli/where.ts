import { Argument, Command } from 'commander';
import { dataFolder } from './data/folder.ts';
import { Failure } from './failure.ts';
import { dataOption } from './options.ts';
import { runningSystem } from './runningSystem.ts';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

const show = async (name: string | undefined, { data, json }: Options): Promise<void> => {
  const { addresses } = await runningSystem(dataFolder(data), 'ask whoever runs one elsewhere');
  const shown = name === undefined ? addresses : { [name]: addressIn(addresses, name) };
  process.stdout.write(json === true ? `${JSON.stringify(shown)}\n` : textOf(shown, name === undefined));
};

const addressIn = (addresses: Readonly<Record<string, string>>, name: string): string => {
  const address = addresses[name];
  if (address !== undefined) return address;
  throw new Failure(
    `This system has no ${name} of its own, or none at all. It has: ${Object.keys(addresses).join(', ')}.`,
  );
};

const textOf = (addresses: Readonly<Record<string, string>>, areNamed: boolean): string => {
  const width = Math.max(...Object.keys(addresses).map(({ length }) => length));
  return Object.entries(addresses)
    .map(([name, address]) => `${areNamed ? `${name.padEnd(width)}  ` : ''}${address}\n`)
    .join('');
};

export const command = new Command('where')
  .description(
    'Say where the running system is: its gateway, its mailbox, its databases. Ports may differ at each start.',
  )
  .addArgument(new Argument('[name]', 'say the address of this alone: gateway, mailbox, database, eventStore, …'))
  .addOption(dataOption('data folder of the running system'))
  .option('--json', 'print one line of JSON')
  .addHelpText('after', '\nExamples:\n  orderflow where\n  GATEWAY=$(npx orderflow where gateway)')
  .action(show);
