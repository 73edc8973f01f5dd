import { Command } from 'commander';
import type { With } from './configuration/configuration.ts';
import { configure } from './configuration/configure.ts';
import { orFail } from './configuration/faults.ts';
import type { Sources } from './configuration/sources.ts';
import { dataFolder, isMade, openFolder, wipeFolder } from './data/folder.ts';
import { takeLock } from './data/lock.ts';
import { untilPredecessorIsGone } from './data/predecessor.ts';
import { keepSecrets, makeSecrets, type Secrets } from './data/secrets.ts';
import { dataOption, portOption } from './options.ts';
import { forPeople, forPrograms } from './system/announce.ts';
import { checkPort } from './system/port.ts';
import { runSystem } from './system/run.ts';
import { defaultPort } from './system/system.ts';

interface Options {
  readonly data: string;
  readonly port?: number;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

const up = async ({ data, port, fresh, json }: Options): Promise<void> => {
  const began = performance.now();
  const environment = port === undefined ? process.env : { ...process.env, PORT: String(port) };
  const folder = dataFolder(data);
  // Before anything is touched: the environment alone may be at fault, the secrets to come are not.
  const { HOST, PORT = defaultPort } = check(environment, makeSecrets());
  // Nor is a folder made for a start that cannot be. Of one that there is, it is said first who runs on it.
  if (!(await isMade(folder))) await checkPort(HOST, PORT);
  await openFolder(folder);
  const release = await takeLock(folder.lock);
  try {
    await untilPredecessorIsGone(folder);
    // Before anything is wiped for a start that then cannot be.
    await checkPort(HOST, PORT);
    if (fresh === true) await wipeFolder(folder);
    const kept = await keepSecrets(folder);
    const configuration = check(environment, kept);
    await runSystem({
      configuration,
      folder,
      kept,
      onReady: (run) => {
        const seconds = (performance.now() - began) / 1000;
        process.stdout.write(json === true ? `${forPrograms(folder, run)}\n` : forPeople(folder, run, seconds));
      },
    });
  } finally {
    await release();
  }
  // What waited for readiness may still do so when all was stopped before.
  process.exit(0);
};

/** The configuration of a whole system, whose every part can be missing but the secrets. */
const check = (environment: Sources['environment'], folder: Secrets): With<'SERVICE_TOKEN'> =>
  orFail(configure({ variables: ['SERVICE_TOKEN'], tokens: true }, { environment, folder }));

export const command = new Command('up')
  .description('Run the whole system: every service, and the infrastructure that the environment does not name.')
  .addOption(dataOption('where everything is kept; made on first use'))
  .addOption(portOption('--port <number>', `port of the gateway; 0 is any free one (default: PORT, or ${defaultPort})`))
  .option('--fresh', 'forget everything in the data folder first')
  .option('--json', 'at readiness, print one line of JSON with every address and process')
  .addHelpText(
    'after',
    `
Ctrl-C stops everything in order; pressed again, at once. The log goes to standard error.

Examples:
  orderflow up                                 on port ${defaultPort}, data in .orderflow/
  orderflow up --port 0 --data /tmp/try --json
  EVENTSTORE_URL='esdb://127.0.0.1:2113?tls=false' orderflow up`,
  )
  .action(up);
