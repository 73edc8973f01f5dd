import { createSecretKey } from 'node:crypto';
import { Command, Option } from 'commander';
import { SignJWT } from 'jose';
import { line, matching, oneOf } from './configuration/codecs.ts';
import type { Configuration } from './configuration/configuration.ts';
import { decode } from './configuration/decode.ts';
import { orFail } from './configuration/faults.ts';
import { dataFolder } from './data/folder.ts';
import { folderSettings } from './data/run.ts';
import { Failure } from './failure.ts';
import { by, dataOption } from './options.ts';

interface Options {
  readonly user: string;
  readonly role: readonly Role[];
  readonly expires: string;
  readonly data: string;
}

const roles = ['client', 'operator', 'auditor'] as const;
type Role = (typeof roles)[number];

const printToken = async ({ data, ...claims }: Options): Promise<void> => {
  const folder = dataFolder(data);
  const configuration = orFail(decode({ environment: process.env, folder: await folderSettings(folder) }));
  process.stdout.write(`${await sign(claims, configuration, folder.root)}\n`);
};

const sign = ({ user, role, expires }: Omit<Options, 'data'>, configuration: Configuration, folder: string) => {
  const { JWKS_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE } = configuration;
  if (JWKS_URL !== undefined) throw new Failure(`Only the issuer whose keys are at ${JWKS_URL} can make tokens.`);
  if (JWT_SECRET === undefined) {
    throw new Failure(
      `There is no secret to sign with. Set JWT_SECRET to that of the system (found neither in the environment nor in ${folder}), ` +
        'or name the data folder of one that was started without JWT_SECRET: --data <folder>.',
    );
  }
  const token = new SignJWT({ roles: role }).setProtectedHeader({ alg: 'HS256' }).setSubject(user).setIssuedAt();
  if (JWT_ISSUER !== undefined) token.setIssuer(JWT_ISSUER);
  if (JWT_AUDIENCE !== undefined) token.setAudience(JWT_AUDIENCE);
  return token.setExpirationTime(expires).sign(createSecretKey(JWT_SECRET, 'utf8'));
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
