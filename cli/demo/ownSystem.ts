import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { connect, type EventStore } from '../../eventstore/connection.ts';
import { Configuration } from '../configuration/configuration.ts';
import { decode } from '../configuration/decode.ts';
import { orFail } from '../configuration/faults.ts';
import { dataFolder, type DataFolder } from '../data/folder.ts';
import { makeSecrets } from '../data/secrets.ts';
import { Failure } from '../failure.ts';
import { createLog, passOn } from '../log.ts';
import { defaultLimits } from '../supervisor/limits.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import { createLaunch } from '../system/launch.ts';
import { stages, startSystem } from '../system/system.ts';
import type { Journal } from './journal.ts';

/** A running system that nobody else knows of. */
export interface OwnSystem {
  readonly gateway: string;
  readonly mailbox: string;
  readonly eventStore: EventStore;
  /** A token as `orderflow token` prints it. */
  readonly tokenOf: (user: string, role: string) => Promise<string>;
  /** Aborts when the user interrupts it. */
  readonly signal: AbortSignal;
}

/** The demo was ended from outside. */
export class Interrupted extends Failure {}

/**
 * Runs a system in a temporary folder and on free ports, by the supervisor of `orderflow up`, for as long as `use` takes;
 * then, and also when `use` fails or the user interrupts it, stops it and removes all of it.
 * @param journal takes what the system logs: warnings and worse.
 */
export const withOwnSystem = async <A>(journal: Journal, use: (system: OwnSystem) => Promise<A>): Promise<A> => {
  const configuration = makeConfiguration();
  const log = createLog({ service: 'demo', level: configuration.LOG_LEVEL, to: journal });
  const supervisor = createSupervisor({
    log,
    limits: defaultLimits,
    onLine: passOn(journal),
    onChange: () => undefined,
  });
  const signal = interruption(supervisor);
  const folder = dataFolder(await mkdtemp(join(tmpdir(), 'orderflow-demo-')));
  try {
    const used = startAndUse({ configuration, folder, supervisor, log, signal }, use);
    return await Promise.race([used, untilAborted(signal)]);
  } finally {
    await supervisor.stop(stages);
    // Again when files appear meanwhile: an initdb that lost its launcher a moment ago may still write.
    await rm(folder.root, { recursive: true, force: true, maxRetries: 30, retryDelay: 20 });
  }
};

/** Of nothing but its own secrets: what the environment says of another system must not lead there. */
const makeConfiguration = (): Configuration =>
  orFail(decode({ environment: { PORT: '0', LOG_LEVEL: 'warn' }, folder: makeSecrets() }));

interface Parts {
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  readonly supervisor: Supervisor;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const startAndUse = async <A>(
  { configuration, folder, supervisor, log, signal }: Parts,
  use: (system: OwnSystem) => Promise<A>,
): Promise<A> => {
  const environment = { ...process.env, ...Configuration.encode(configuration) };
  const { addresses } = await startSystem(configuration, folder, createLaunch(supervisor, environment), (why) => {
    throw new Failure(why);
  });
  const { gateway, mailbox, eventStore: url } = addresses;
  if (gateway === undefined || mailbox === undefined || url === undefined)
    throw new Error(`Expected gateway, mailbox and event store, found ${Object.keys(addresses).join(', ')}.`);
  const eventStore = connect({ url, name: 'demo', log });
  try {
    return await use({ gateway, mailbox, eventStore, tokenOf: createTokenOf(environment), signal });
  } finally {
    await eventStore.close();
  }
};

const createTokenOf =
  (environment: NodeJS.ProcessEnv): OwnSystem['tokenOf'] =>
  async (user, role) => {
    const program = [...process.execArgv, ...process.argv.slice(1, 2)];
    const args = [...program, 'token', '--user', user, '--role', role];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment });
    return stdout.trim();
  };

/** Aborts for whatever ends the demo from outside of it; a signal after the first is the user in a hurry. */
const interruption = (supervisor: Supervisor): AbortSignal => {
  const controller = new AbortController();
  const onSignal = (name: string): void => {
    if (controller.signal.aborted) void supervisor.hurry();
    controller.abort(new Interrupted(`The demo was interrupted by ${name}. Its system is stopped and removed.`));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  // Without these two, Node would end at once and leave the folder behind.
  process.stdout.on('error', (cause) => controller.abort(new Interrupted('Nobody reads what is shown.', { cause })));
  process.on('uncaughtException', (error) => controller.abort(error));
  return controller.signal;
};

const untilAborted = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};
