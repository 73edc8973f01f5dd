import { once } from 'node:events';
import { Command, Option } from 'commander';
import { verify as verifyLog, type Verification } from '../../audit/verify/verify.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { whole } from '../configuration/codecs.ts';
import { Failure } from '../failure.ts';
import { by, dataOption } from '../options.ts';
import { awaitInterruption } from '../projections/interruption.ts';
import { jsonLine } from '../json.ts';
import { verifyExitCodes as exitCodes } from './exitCodes.ts';
import { withLog } from './openLog.ts';
import { withReadModels } from './openReadModels.ts';
import { createVerifyDisplay } from './verifyDisplay.ts';
import { breachText, verificationText } from './verifyText.ts';

interface Options {
  readonly grace: number;
  readonly logOnly?: boolean;
  readonly scratch?: string;
  readonly data: string;
  readonly json?: boolean;
}

const print = async ({ data, json = false, logOnly = false, scratch, grace }: Options, signal: AbortSignal) => {
  const display = createVerifyDisplay(process.stderr);
  const onBreach = (text: string): void => display.above(() => process.stdout.write(text));
  const verification = await withLog(data, (store) =>
    withReadModels(data, logOnly, (database) =>
      verifyLog({
        store,
        database,
        scratch,
        now: Date.now(),
        grace: grace * 1_000,
        signal,
        onBreach: (breach) => onBreach(json ? jsonLine({ kind: 'breach', ...breach }) : breachText(breach)),
        onProgress: display.show,
        drained: async () => {
          if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
        },
      }),
    ),
  ).finally(display.end);
  process.stdout.write(json ? jsonLine({ kind: 'verification', ...verification }) : verificationText(verification));
  return verification;
};

const exitCodeOf = ({ breaches, readModels }: Verification): number => {
  if (breaches > 0) return exitCodes.breaches;
  return readModels.some(({ notCompared }) => notCompared !== undefined) ? exitCodes.notRun : exitCodes.clean;
};

/** What people can put right; all else is a defect of ours. */
const failureOf = (error: unknown): Failure | undefined => {
  if (error instanceof Failure) return error;
  return error instanceof Unavailable ? new Failure(`Nothing is verified. ${error.message}.`) : undefined;
};

const run = async (options: Options): Promise<void> => {
  const { signal, exitCode, end } = awaitInterruption();
  try {
    process.exitCode = exitCodeOf(await print(options, signal));
  } catch (error) {
    const failure = failureOf(error);
    if (error !== signal.reason && failure === undefined) throw error;
    process.stderr.write(`orderflow: ${failure?.message ?? 'Stopped: what was not read yet is not verified.'}\n`);
    process.exitCode = exitCode() ?? exitCodes.notRun;
  } finally {
    end();
  }
};

const aYear = 31_536_000;

export const verify = new Command('verify')
  .description('Read the whole event log once, hold it to every invariant, and the read models to the log.')
  .addOption(
    new Option('--grace <seconds>', 'how long an order, a deposit or a letter may take before it counts as lost')
      .argParser(by(whole(0, aYear)))
      .default(300),
  )
  .option('--log-only', 'leave the read models out')
  .option('--scratch <folder>', 'where what memory does not hold is kept meanwhile (default: that for temporary files)')
  .option('--json', 'print JSON, a line a breach, and one of what it came to')
  .addOption(dataOption('data folder of the running system'))
  .addHelpText(
    'after',
    `
Ends at the event that was the last when it began. Breaches are printed as they are found; how it comes along goes to
standard error. Nothing is changed, and Ctrl-C leaves nothing behind.

Examples:
  orderflow audit verify
  orderflow audit verify --grace 3600 --json > breaches.ndjson

Exit codes: 0 nothing is wrong, 1 breaches were found, 2 it could not run or a read model could not be compared, 130 interrupted.`,
  )
  .action(run);
