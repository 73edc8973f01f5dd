import { Command } from 'commander';
import { runEmbedded } from './embedded.ts';
import { portOption } from './options.ts';

interface Options {
  readonly data: string;
  readonly port?: number;
  readonly database: readonly string[];
}

const run = ({ data, port, database: databases }: Options): Promise<void> =>
  runEmbedded('postgres', async (log) => {
    const { startPostgres } = await import('../embedded/postgres/postgres.ts');
    const postgres = await startPostgres({ data, port, databases, log: (line) => log.debug(line) });
    return {
      health: () => ({ postgres: { ok: true, detail: `listens on port ${postgres.port}` } }),
      addresses: Object.fromEntries(databases.map((name) => [name, postgres.url(name)])),
      ended: postgres.ended.then((how) => `PostgreSQL ended (${how})`),
      stop: () => postgres.stop(),
    };
  });

export const command = new Command('postgres')
  .description(
    'Run the embedded PostgreSQL alone, on 127.0.0.1. Its password is in the file orderflow-password of the data folder.',
  )
  .requiredOption('--data <folder>', 'where its data are; made on first use')
  .addOption(portOption('--port <number>', 'port to listen on (default: a free one)'))
  .option('--database <name...>', 'databases that must exist', ['orderflow', 'profiles'])
  .addHelpText('after', '\nExample:\n  orderflow postgres --data /var/lib/orderflow/postgres --port 5432')
  .action(run);
