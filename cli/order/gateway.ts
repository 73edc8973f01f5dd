import { Option, type Command } from 'commander';
import { decodeJwt, errors } from 'jose';
import { createClient, type Client } from '../../client/client.ts';
import { line, url as urlOf } from '../configuration/codecs.ts';
import { decode } from '../configuration/decode.ts';
import { orFail } from '../configuration/faults.ts';
import { dataFolder, type DataFolder } from '../data/folder.ts';
import { findRun, folderSettings } from '../data/run.ts';
import { Failure } from '../failure.ts';
import { by, dataOption } from '../options.ts';
import { signToken } from '../signToken.ts';

/** Which gateway is asked, by whom, and how the answer is shown. */
export interface GatewayOptions {
  readonly url?: string;
  readonly token?: string;
  readonly user?: string;
  readonly data: string;
  readonly json?: boolean;
}

/** An empty variable counts as unset: that is how compose files and shells pass on what is not there. */
const isSet = (text: string | undefined): text is string => text !== undefined && text !== '';

/** Adds to a command what `connectTo` needs. */
export const withGatewayOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--user <id>', 'who asks: a token is made for them by the secret in the data folder').argParser(
        by(line),
      ),
    )
    .addOption(new Option('--token <token>', 'or the token of whoever asks').env('ORDERFLOW_TOKEN'))
    .addOption(
      new Option('--url <url>', 'where the gateway is (default: that of the system on the data folder)')
        .env('ORDERFLOW_URL')
        .argParser((text) => (isSet(text) ? by(urlOf('http', 'https'))(text) : text)),
    )
    .addOption(dataOption('data folder of a running system'))
    .option('--json', 'print what the gateway answers as JSON, a line each');

export interface Gateway {
  readonly client: Client;
  /** Who asks, as their token says. @throws Failure when it does not. */
  readonly user: () => string;
}

const gatewayOn = async (folder: DataFolder): Promise<string> => {
  const gateway = (await findRun(folder))?.addresses['gateway'];
  if (gateway !== undefined) return gateway;
  throw new Failure(
    `No system runs on ${folder.root}. Start one with npm start, name the data folder of another with --data, or a gateway with --url (ORDERFLOW_URL).`,
  );
};

const subjectOf = (token: string): string => {
  try {
    const { sub } = decodeJwt(token);
    if (sub !== undefined) return sub;
  } catch (error) {
    if (!(error instanceof errors.JWTInvalid)) throw error;
  }
  throw new Failure(
    'Expected a JWT with a sub as the token, found something else: get another (--token, ORDERFLOW_TOKEN).',
  );
};

/** By which token whom is spoken for. */
const credentialsOf = async ({ user, token }: GatewayOptions, folder: DataFolder, command: Command) => {
  if (isSet(token) && user === undefined) return { token, user: () => subjectOf(token) };
  if (isSet(token) || user === undefined) {
    return command.error('error: say who asks, either by --user <id> or by --token <token> (ORDERFLOW_TOKEN)');
  }
  const configuration = orFail(decode({ environment: process.env, folder: await folderSettings(folder) }));
  // Made anew for each request: whoever watches for longer than a token is good for is not cut off.
  const sign = () => signToken({ user, role: ['client'], expires: '5m' }, configuration, folder);
  // Once in advance, so that what is wrong with the secret is said as such.
  await sign();
  return { token: sign, user: () => user };
};

/** A client of the gateway that the options name, on behalf of whom they name. */
export const connectTo = async (options: GatewayOptions, command: Command): Promise<Gateway> => {
  const folder = dataFolder(options.data);
  const { token, user } = await credentialsOf(options, folder, command);
  const url = isSet(options.url) ? options.url : await gatewayOn(folder);
  return { client: createClient({ url, token }), user };
};
