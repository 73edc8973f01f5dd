import { Command, Option } from 'commander';
import { runEmbedded } from './embedded.ts';
import { milliseconds, portOption } from './options.ts';

interface Options {
  readonly data?: string;
  readonly memory?: boolean;
  readonly host: string;
  readonly port?: number;
  readonly keepAliveInterval?: number;
  readonly keepAliveTimeout?: number;
}

const run = ({ data, memory, ...where }: Options, command: Command): Promise<void> => {
  if (data === undefined && memory === undefined) command.error('error: one of --data <folder> and --memory is needed');
  return runEmbedded('eventstoredb', async () => {
    const { startEventStoreDB } = await import('../embedded/eventstoredb/node.ts');
    const node = await startEventStoreDB({ data, memory, ...where });
    return {
      health: () => ({ eventstoredb: { ok: true, detail: `listens on port ${node.port}` } }),
      addresses: { esdb: node.url },
      stop: () => node.stop(),
    };
  });
};

export const command = new Command('eventstoredb')
  .description('Run the embedded event store alone: a node of the EventStoreDB gRPC protocol.')
  .option('--data <folder>', 'where the log is kept; made on first use')
  .addOption(new Option('--memory', 'keep nothing').conflicts('data'))
  .option('--host <address>', 'address to listen on; there is no authentication', '127.0.0.1')
  .addOption(portOption('--port <number>', 'port to listen on (default: a free one)'))
  .addOption(milliseconds('--keep-alive-interval <ms>', 'between two pings to a client (default: 10,000)'))
  .addOption(milliseconds('--keep-alive-timeout <ms>', 'until a client that answers none is dropped (default: 10,000)'))
  .addHelpText('after', '\nExample:\n  orderflow eventstoredb --port 2113 --data /var/lib/orderflow/eventstoredb')
  .action(run);
