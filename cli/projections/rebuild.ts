import { Argument, Command, Option } from 'commander';
import { registry } from '../../projections/registry.ts';
import type { Difference } from '../../projections/rebuild/differences.ts';
import type { Progress } from '../../projections/rebuild/progress.ts';
import type { Rebuilt } from '../../projections/rebuild/rebuild.ts';
import { whole } from '../configuration/codecs.ts';
import { by, dataOption } from '../options.ts';
import { comparisonText } from './comparisonText.ts';
import { exitCodes } from './exitCodes.ts';
import { jsonLine } from '../json.ts';
import { projectionNames } from './names.ts';
import { workOn } from './work.ts';

interface Options {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly fromStart?: boolean;
  readonly differences: number;
  readonly data: string;
  readonly json?: boolean;
}

const outcomeText = (name: string, { slot, swapped, comparison }: Rebuilt): string => {
  if (!swapped) return `${name}: dry run, nothing was changed\n`;
  if (comparison === undefined) return `${name}: rebuilt by another instance, queries read ${slot} now\n`;
  return `${name}: queries read ${slot} now; ${comparison.live.name} is kept until it is dropped (projections drop-previous ${name})\n`;
};

const resultText = (name: string, rebuilt: Rebuilt, differences: ReadonlyArray<Difference>): string => {
  const projection = registry.find((each) => each.name === name);
  const compared =
    projection !== undefined && rebuilt.comparison !== undefined
      ? comparisonText(projection, rebuilt.comparison, differences)
      : '';
  return compared + outcomeText(name, rebuilt) + rebuilt.leftOver.map((why) => `${name}: ${why}\n`).join('');
};

const run = async (given: ReadonlyArray<string>, options: Options, command: Command): Promise<void> => {
  const { all = false, dryRun = false, fromStart = false, differences: most, data, json = false } = options;
  if (all === given.length > 0) command.error(`error: name projections (${projectionNames.join(', ')}), or say --all`);
  const names = all ? projectionNames : [...new Set(given)];
  await workOn(names, data, async (administration, name, how) => {
    const differences: Difference[] = [];
    const onDifference = (difference: Difference): void => {
      if (differences.length < most) differences.push(difference);
    };
    const onProgress = (progress: Progress): void => {
      // A comparison that lost its snapshot is made again, and tells its differences again.
      if (progress.phase === 'comparing') differences.length = 0;
      how.onProgress(progress);
    };
    const rebuilt = await administration.rebuild(name, { ...how, dryRun, fromStart, onDifference, onProgress });
    if (dryRun && rebuilt.comparison?.equal !== true) process.exitCode = exitCodes.differs;
    return json ? jsonLine({ projection: name, ...rebuilt, differences }) : resultText(name, rebuilt, differences);
  });
};

export const rebuild = new Command('rebuild')
  .description(
    'Fill a new slot from the first event, beside the live one, compare both, and have queries read the new one.',
  )
  .addArgument(new Argument('[names...]', 'which').choices(projectionNames))
  .option('--all', 'every projection')
  .option('--dry-run', 'compare, and change nothing: the check for drift')
  .option('--from-start', 'do not go on with what an earlier run has begun')
  .addOption(
    new Option('--differences <number>', 'rows that differ, shown of each projection at most')
      .argParser(by(whole(0, 1_000_000)))
      .default(20),
  )
  .addOption(dataOption('data folder of the running system'))
  .option('--json', 'print what it came to as JSON, a line a projection')
  .addHelpText(
    'after',
    `
Queries are answered from what is live until the moment of the swap, and nothing that is live is touched before. Ctrl-C stops,
and the same command goes on where it stood, unless the mapping has changed. How it comes along goes to standard error.

Examples:
  orderflow projections rebuild orders wallets
  orderflow projections rebuild --all --dry-run

Exit codes: 0 done as asked, 1 failed, 2 wrong usage, 3 a dry run found a difference, 130 interrupted.`,
  )
  .action(run);
