import { Command, CommanderError } from 'commander';
import { Failure } from './failure.ts';

/** The commands, a file each; only the file of the one that was asked for is loaded, because every process starts here. */
const commands: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  up: () => import('./up.ts'),
  start: () => import('./start.ts'),
  token: () => import('./token.ts'),
  config: () => import('./config.ts'),
  eventstoredb: () => import('./eventstoredb.ts'),
  postgres: () => import('./postgres.ts'),
  mailbox: () => import('./mailbox.ts'),
};

const exitCodes = { failed: 1, wrongUsage: 2 } as const;

const main = async (argv: readonly string[]): Promise<void> => {
  const program = new Command('orderflow')
    .description('An order system that talks only through events.')
    .option('--env-file <file>', 'read environment variables from a file; those already set win')
    .on('option:env-file', loadEnvironment)
    .showHelpAfterError('(orderflow --help lists the commands, orderflow <command> --help explains one)')
    .addHelpText('after', '\nExit codes: 0 as asked, 1 failed, 2 wrong usage.');
  const named = Object.entries(commands).filter(([name]) => name === argv[0]);
  for (const [, load] of named.length > 0 ? named : Object.entries(commands)) {
    program.addCommand((await load()).command.copyInheritedSettings(program));
  }
  throwInsteadOfExit(program);
  await program.parseAsync(argv, { from: 'user' });
};

const loadEnvironment = (file: string): void => {
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    throw new Failure(`Cannot read the environment file ${file}: ${String(cause)}`, { cause });
  }
};

const throwInsteadOfExit = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach((each) => throwInsteadOfExit(each as Command));
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.wrongUsage;
  const text = error instanceof Failure ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`orderflow: ${text}\n`);
  return exitCodes.failed;
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
