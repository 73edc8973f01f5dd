import { Command, Option } from 'commander';
import { line, matching, oneOf } from './configuration/codecs.ts';
import { decode } from './configuration/decode.ts';
import { orFail } from './configuration/faults.ts';
import { dataFolder } from './data/folder.ts';
import { folderSettings } from './data/run.ts';
import { by, dataOption } from './options.ts';
import { roles, signToken, type Claims, type Role } from './signToken.ts';

interface Options extends Claims {
  readonly data: string;
}

const printToken = async ({ data, ...claims }: Options): Promise<void> => {
  const folder = dataFolder(data);
  const configuration = orFail(decode({ environment: process.env, folder: await folderSettings(folder) }));
  process.stdout.write(`${await signToken(claims, configuration, folder)}\n`);
};

const span = matching('a time span such as 90s, 30m, 1h or 7d', /^[1-9]\d{0,5}[smhdw]$/);

export const command = new Command('token')
  .description('Print a token for development, and nothing else.')
  .addOption(new Option('--user <id>', 'whom it is for (sub)').argParser(by(line)).makeOptionMandatory())
  .addOption(
    new Option('--role <role...>', `what the bearer may do: ${roles.join(', ')}`)
      .argParser((text: string, before: readonly Role[] | undefined) => [...(before ?? []), by(oneOf(...roles))(text)])
      .makeOptionMandatory(),
  )
  .addOption(new Option('--expires <span>', 'how long it is good for').argParser(by(span)).default('1h'))
  .addOption(dataOption('data folder of the system that will check it'))
  .addHelpText(
    'after',
    `
Examples:
  orderflow token --user alice --role client
  TOKEN=$(npx orderflow token --user olga --role operator --role auditor --expires 7d)`,
  )
  .action(printToken);
