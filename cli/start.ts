import { Argument, Command } from 'commander';
import { dataFolder } from './data/folder.ts';
import { createLog, destination } from './log.ts';
import { dataOption, portOption } from './options.ts';
import { configured } from './runningSystem.ts';
import { serviceNames, services, type ServiceName } from './services.ts';
import { host } from './supervisor/host.ts';

interface Options {
  readonly data: string;
  readonly port?: number;
}

const run = async (service: ServiceName, { data, port }: Options): Promise<void> => {
  const environment = port === undefined ? process.env : { ...process.env, PORT: String(port) };
  const { configuration, start } = await configured(dataFolder(data), environment, services[service]);
  const { HOST, PORT, LOG_LEVEL: level, STOP_TIMEOUT_MS: stopTimeoutMs } = configuration;
  const log = createLog({ service, level, to: await destination(1) });
  await host({ log, healthOn: { host: HOST, port: PORT ?? 0 }, stopTimeoutMs }, () => start(log));
};

export const command = new Command('start')
  .description('Run one service alone: in a container, or one more beside a running system, to share its work.')
  .addArgument(new Argument('<service>', 'which').choices(serviceNames))
  .addOption(dataOption('data folder of a running system, asked for what the environment does not say'))
  .addOption(
    portOption('--port <number>', 'port for its HTTP, /health/live and /health/ready (default: PORT, or a free one)'),
  )
  .addHelpText(
    'after',
    `
Examples:
  orderflow start billing                  one more billing beside the system of this folder
  EVENTSTORE_URL='esdb://eventstore:2113?tls=false' orderflow start orders --port 8081`,
  )
  .action(run);
