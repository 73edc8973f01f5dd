import { Argument, Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { table } from './configuration/about.ts';
import { Configuration, variables } from './configuration/configuration.ts';
import { decode, type Fault } from './configuration/decode.ts';
import { orFail } from './configuration/faults.ts';
import { mask } from './configuration/mask.ts';
import { sourceOf, type Sources } from './configuration/sources.ts';
import { dataFolder } from './data/folder.ts';
import { folderSettings } from './data/run.ts';
import { dataOption } from './options.ts';
import { serviceNames, services, type ServiceName } from './services.ts';

interface Options {
  readonly data: string;
  readonly table?: boolean;
}

const show = async (service: ServiceName | undefined, { data, table: wantsTable }: Options): Promise<void> => {
  if (wantsTable === true) return void process.stdout.write(table());
  const sources = { environment: process.env, folder: await folderSettings(dataFolder(data)) };
  process.stdout.write(render(orFail(service === undefined ? decode(sources) : forService(service, sources)), sources));
};

const forService = (name: ServiceName, sources: Sources): E.Either<ReadonlyArray<Fault>, Configuration> =>
  E.map(({ configuration }: { readonly configuration: Configuration }) => configuration)(services[name](sources));

/** Three columns: the variable, where its value comes from, the value. */
const render = (configuration: Configuration, sources: Sources): string => {
  const inForce = Configuration.encode(configuration);
  const width = Math.max(...variables.map(({ length }) => length));
  const lines = variables.map((name) => {
    const value = inForce[name];
    const source = value === undefined ? 'unset' : sourceOf(name, sources);
    return `${name.padEnd(width)}  ${source.padEnd(11)}  ${value === undefined ? '' : mask(name, value)}`.trimEnd();
  });
  return `${lines.join('\n')}\n`;
};

export const command = new Command('config')
  .description('Show the configuration in force and where each value comes from, secrets masked; or all its faults.')
  .addArgument(new Argument('[service]', 'check what this service needs, too').choices(serviceNames))
  .addOption(dataOption('data folder of a system, asked for what the environment does not say'))
  .option('--table', 'print every variable there is as a Markdown table instead')
  .addHelpText('after', '\nExamples:\n  orderflow config\n  NODE_ENV=production orderflow config gateway')
  .action(show);
