import { Command, CommanderError } from 'commander';
import { messageOf } from '../eventstore/faults.ts';
import { Failure } from './failure.ts';
import { portFailure } from './system/port.ts';

/**
 * The commands, a file each. Only the file of the command that was asked for is loaded: every process of the system
 * starts here, and what it does not need would cost it time.
 */
const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  up: () => import('./up.ts'),
  start: () => import('./start.ts'),
  demo: () => import('./demo.ts'),
  token: () => import('./token.ts'),
  where: () => import('./where.ts'),
  order: () => import('./order.ts'),
  projections: () => import('./projections.ts'),
  audit: () => import('./audit.ts'),
  redrive: () => import('./redrive.ts'),
  config: () => import('./config.ts'),
  eventstoredb: () => import('./eventstoredb.ts'),
  postgres: () => import('./postgres.ts'),
  mailbox: () => import('./mailbox.ts'),
};

const main = async (argv: readonly string[]): Promise<void> => {
  const program = new Command('orderflow')
    .description('An order system that talks only through events.')
    .option('--env-file <file>', 'read environment variables from a file; those already set win')
    .on('option:env-file', loadEnvironment)
    .showHelpAfterError('(add --help for help)')
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done as asked, 1 failed, 2 wrong usage.');
  const named = Object.entries(commands).filter(([name]) => name === argv[0]);
  for (const [, load] of named.length > 0 ? named : Object.entries(commands)) {
    program.addCommand(inheriting((await loaded(load)).command, program));
  }
  await program.parseAsync(argv, { from: 'user' });
};

/** What keeps a command from being loaded is a fault of what it is made of, such as a file that defines no read model. */
const loaded = <A>(load: () => Promise<A>): Promise<A> =>
  load().catch((cause: unknown) => {
    throw new Failure(`This command cannot be loaded. ${messageOf(cause)}`, { cause });
  });

/** A command and all below it, with the settings of the program: commander gives them only to commands that it makes itself. */
const inheriting = (command: Command, parent: Command): Command => {
  command.copyInheritedSettings(parent);
  command.commands.forEach((each) => inheriting(each, command));
  return command;
};

const loadEnvironment = (file: string): void => {
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    throw new Failure(`Cannot read the environment file ${file}: ${String(cause)}`, { cause });
  }
};

/** Says what went wrong. @returns the exit code. */
const explain = (error: unknown): 0 | 1 | 2 => {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const failure = error instanceof Failure ? error : portFailure(error);
  process.stderr.write(`orderflow: ${failure?.message ?? (error instanceof Error ? error.stack : String(error))}\n`);
  return 1;
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exit(explain(error));
}
