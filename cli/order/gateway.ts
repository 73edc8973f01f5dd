import { Option, type Command } from 'commander';
import { decodeJwt, errors } from 'jose';
import { createClient, type Client } from '../../client/client.ts';
import { line, url as urlOf } from '../configuration/codecs.ts';
import { decode } from '../configuration/decode.ts';
import { orFail } from '../configuration/faults.ts';
import { dataFolder, type DataFolder } from '../data/folder.ts';
import { folderSettings } from '../data/run.ts';
import { Failure } from '../failure.ts';
import { by, dataOption } from '../options.ts';
import { runningSystem } from '../runningSystem.ts';
import { signToken } from '../signToken.ts';
import { addressOf } from '../system/launch.ts';
import { askingAt, type Asking } from './answered.ts';

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
  readonly asking: Asking;
  /** Who asks, as their token says. @throws Failure when it does not. */
  readonly user: () => string;
}

const gatewayOn = async (folder: DataFolder): Promise<string> => {
  const { addresses } = await runningSystem(folder, 'name a gateway with --url (ORDERFLOW_URL)');
  return addressOf({ addresses }, 'gateway');
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

/** Who asks, named in one way. */
type Asker = { readonly user: string } | { readonly token: string };

const askerIn = ({ user, token }: GatewayOptions, command: Command): Asker => {
  if (isSet(token) && user === undefined) return { token };
  if (!isSet(token) && user !== undefined) return { user };
  return command.error('error: say who asks, either by --user <id> or by --token <token> (ORDERFLOW_TOKEN)');
};

/** By which token whom is spoken for. */
const credentialsOf = async (asker: Asker, folder: DataFolder) => {
  if ('token' in asker) return { token: asker.token, user: () => subjectOf(asker.token) };
  const { user } = asker;
  const configuration = orFail(decode({ environment: process.env, folder: await folderSettings(folder) }));
  // Made anew for each request: whoever watches for longer than a token is good for is not cut off.
  const sign = () => signToken({ user, role: ['client'], expires: '5m' }, configuration, folder);
  // Once in advance, so that what is wrong with the secret is said as such.
  await sign();
  return { token: sign, user: () => user };
};

/** A client of the gateway that the options name, on behalf of whom they name. */
export const connectTo = async (options: GatewayOptions, command: Command): Promise<Gateway> => {
  const asker = askerIn(options, command);
  const folder = dataFolder(options.data);
  // First, for where no system runs there is no secret either.
  const url = isSet(options.url) ? options.url : await gatewayOn(folder);
  const { token, user } = await credentialsOf(asker, folder);
  return { client: createClient({ url, token }), asking: askingAt(url), user };
};
