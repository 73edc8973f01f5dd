import type { Administration } from '../../projections/administration.ts';
import { BadEvent } from '../../projections/plan.ts';
import type { OnProgress } from '../../projections/rebuild/progress.ts';
import { Failure } from '../failure.ts';
import { administer, failureOf } from './administer.ts';
import { createDisplay } from './display.ts';
import { awaitInterruption } from './interruption.ts';

/** What is done with one projection, and printed of it afterwards. */
export type Work = (
  administration: Administration,
  name: string,
  how: { readonly onProgress: OnProgress; readonly signal: AbortSignal },
) => Promise<string>;

/** How to go on after what has come in between. */
const explained = (name: string, error: unknown): string => {
  const { message } = failureOf(error);
  if (!(error instanceof BadEvent)) return message;
  return (
    `${message}\nWhat is live goes on. Mend the projection; or have it do without the event, here and in every rebuild:\n` +
    `  orderflow projections skip ${name} ${error.position} --reason '…'`
  );
};

interface Ended {
  readonly name: string;
  readonly result: PromiseSettledResult<string>;
}

const failuresOf = (ended: ReadonlyArray<Ended>, stopped: unknown): ReadonlyArray<string> =>
  ended.flatMap(({ name, result }) =>
    result.status === 'rejected' && result.reason !== stopped ? [explained(name, result.reason)] : [],
  );

/**
 * Does something with several projections at the same time, showing on standard error how they come along, and prints what it
 * came to. What one of them fails of keeps no other from being done. Can be interrupted.
 * @throws Failure with all that has failed
 */
export const workOn = async (names: ReadonlyArray<string>, data: string, work: Work): Promise<void> => {
  const { signal, exitCode, end } = awaitInterruption();
  const display = await createDisplay(process.stderr, names);
  const ended = await administer({ data, logTo: display.logTo }, (administration) =>
    Promise.all(
      names.map(async (name): Promise<Ended> => {
        const onProgress: OnProgress = (progress) => display.show(name, progress);
        const [result] = await Promise.allSettled([work(administration, name, { onProgress, signal })]);
        return { name, result };
      }),
    ),
  ).finally(() => {
    display.end();
    end();
  });

  for (const { result } of ended) if (result.status === 'fulfilled') process.stdout.write(result.value);
  const stopped = ended.filter(({ result }) => result.status === 'rejected' && result.reason === signal.reason);
  if (stopped.length > 0) {
    const which = stopped.map(({ name }) => name).join(', ');
    process.stderr.write(
      `Stopped: what is live of ${which} is untouched. The same command goes on where this one stood.\n`,
    );
    process.exitCode = exitCode();
  }
  const failures = new Set(failuresOf(ended, signal.reason));
  if (failures.size > 0) throw new Failure([...failures].join('\n'));
};
