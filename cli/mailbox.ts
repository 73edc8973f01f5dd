import { Command } from 'commander';
import { runEmbedded } from './embedded.ts';
import { portOption } from './options.ts';

interface Options {
  readonly data: string;
  readonly host: string;
  readonly smtpPort?: number;
  readonly httpPort?: number;
}

const run = (options: Options): Promise<void> =>
  runEmbedded('mailbox', async (log) => {
    const { startMailbox } = await import('../embedded/mailbox/mailbox.ts');
    const mailbox = await startMailbox({ ...options, log: (line) => log.error(line) });
    return {
      health: () => ({ mailbox: { ok: true, detail: `takes letters at ${mailbox.smtpUrl}` } }),
      addresses: { smtp: mailbox.smtpUrl, page: mailbox.url },
      stop: () => mailbox.stop(),
    };
  });

export const command = new Command('mailbox')
  .description('Run the embedded mailbox alone: it takes every letter by SMTP and shows it on a page.')
  .requiredOption('--data <folder>', 'where the letters are kept; made on first use')
  .option('--host <address>', 'address to listen on; who reaches it can read every letter', '127.0.0.1')
  .addOption(portOption('--smtp-port <number>', 'port for letters (default: a free one)'))
  .addOption(portOption('--http-port <number>', 'port of the page (default: a free one)'))
  .addHelpText('after', '\nExample:\n  orderflow mailbox --data /tmp/letters --smtp-port 1025 --http-port 8025')
  .action(run);
