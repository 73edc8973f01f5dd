import { Configuration, secretNames } from '../configuration/configuration.ts';
import type { DataFolder } from '../data/folder.ts';
import type { Run } from '../data/run.ts';
import type { Secrets } from '../data/secrets.ts';
import { createLog, destination, passOn } from '../log.ts';
import { defaultLimits, type Limits } from '../supervisor/limits.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import { createLaunch } from './launch.ts';
import { createRecord } from './record.ts';
import { stages, startSystem, type System } from './system.ts';

export interface RunOptions {
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  /** The secrets kept in the folder; the configuration may have others. */
  readonly kept: Secrets;
  /** Hears once when everything is ready. */
  readonly onReady: (run: Run) => void;
}

/** Runs a whole system until this process is told to stop. The caller holds the lock of the folder. */
export const runSystem = async ({ configuration, folder, kept, onReady }: RunOptions): Promise<void> => {
  const to = await destination(2);
  const log = createLog({ service: 'orderflow', level: configuration.LOG_LEVEL, to });
  const secretsGiven = secretNames.filter((name) => configuration[name] !== kept[name]);
  let system: System = { addresses: {}, environment: {} };
  const record = createRecord(folder, () => ({ ...system, secretsGiven, pids: supervisor.pids() }));
  const onChange = (): void => {
    record.write().catch((err: unknown) => log.error({ err }, `cannot write ${folder.run}`));
  };
  const supervisor = createSupervisor({ log, limits: limitsOf(configuration), onLine: passOn(to), onChange });
  const told = untilTold(supervisor);
  try {
    const warn = (message: string): void => log.warn(message);
    const launch = createLaunch(supervisor, { ...process.env, ...Configuration.encode(configuration) });
    const started = await Promise.race([startSystem(configuration, folder, launch, warn), told]);
    if (typeof started === 'object') {
      system = started;
      onReady(await record.write());
    }
    log.info(`stopping: told to by ${await told}`);
  } finally {
    await supervisor.stop(stages);
    await record.remove();
  }
};

const limitsOf = ({ HANG_AFTER_MS, STOP_TIMEOUT_MS }: Configuration): Limits => ({
  ...defaultLimits,
  hangAfterMs: HANG_AFTER_MS,
  stopTimeoutMs: STOP_TIMEOUT_MS,
});

/** Fulfilled with the first signal; each further one is the user in a hurry. */
const untilTold = (supervisor: Supervisor): Promise<string> =>
  new Promise((resolve) => {
    let isTold = false;
    const onSignal = (signal: string): void => {
      if (isTold) void supervisor.hurry();
      isTold = true;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
