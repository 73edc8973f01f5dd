import type { Settings } from '../configuration/sources.ts';
import { Failure } from '../failure.ts';
import type { Addresses, Ready } from '../supervisor/ready.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';

export interface Part {
  readonly name: string;
  /** Arguments of the command, given where the process was reached before it was restarted. */
  readonly args: (before: Addresses) => ReadonlyArray<string>;
  readonly settings?: Settings;
}

/** Starts a command of this program as a supervised process. */
export type Launch = (part: Part) => Promise<Ready>;

/** @param base the environment that all processes share; a part's own settings go before it. */
export const createLaunch = (supervisor: Supervisor, base: NodeJS.ProcessEnv): Launch => {
  const program = process.argv[1];
  if (program === undefined) throw new Failure('Expected to run as a program of its own.');
  return ({ name, args, settings }) =>
    supervisor.start({
      name,
      command: (before = {}) => [process.execPath, ...process.execArgv, program, ...args(before)],
      environment: { ...base, ...settings },
    });
};

/** The port in an address, as text; a free one ("0") when there is no address yet. */
export const portOf = (address: string | undefined): string => (address === undefined ? '0' : new URL(address).port);

export const addressOf = ({ addresses }: Pick<Ready, 'addresses'>, name: string): string => {
  const address = addresses[name];
  if (address === undefined)
    throw new Error(`Expected the address ${name}, found ${Object.keys(addresses).join(', ')}`);
  return address;
};
