import { connect } from '../../eventstore/connection.ts';
import { messageOf } from '../../eventstore/faults.ts';
import { openAdministration, type Administration } from '../../projections/administration.ts';
import { configure } from '../configuration/configure.ts';
import { orFail } from '../configuration/faults.ts';
import { sourceOf } from '../configuration/sources.ts';
import { dataFolder } from '../data/folder.ts';
import { folderSettings } from '../data/run.ts';
import { Failure } from '../failure.ts';
import { createLog, destination } from '../log.ts';

const needed = ['EVENTSTORE_URL', 'DATABASE_URL'] as const;

const configurationOf = async (data: string) => {
  const folder = dataFolder(data);
  const sources = { environment: process.env, folder: await folderSettings(folder) };
  if (needed.some((name) => sourceOf(name, sources) === 'default'))
    throw new Failure(
      `No system runs on ${folder.root}. Start one with npm start, name the data folder of another with --data, ` +
        `or set ${needed.join(' and ')}.`,
    );
  return orFail(configure({ variables: needed, tokens: false }, sources));
};

/** Something that people can put right, as all is that the administration of projections throws. */
export const failureOf = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure(messageOf(error), { cause: error });

export interface Administering {
  /** Data folder of the system whose projections they are. */
  readonly data: string;
  /** Where the log goes; standard error unless something is drawn there. */
  readonly logTo?: Parameters<typeof createLog>[0]['to'];
}

/** Does `work` with the projections of the system on a data folder, or of the one that the environment names. */
export const administer = async <A>(
  { data, logTo }: Administering,
  work: (administration: Administration) => Promise<A>,
): Promise<A> => {
  const { EVENTSTORE_URL: url, DATABASE_URL: databaseUrl, LOG_LEVEL: level } = await configurationOf(data);
  const log = createLog({ service: 'projections', level, to: logTo ?? (await destination(2)) });
  const eventStore = connect({ url, name: 'administration', log });
  const administration = openAdministration({ eventStore, databaseUrl, log });
  // Whatever waits for something that is away does so by timers that keep no process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    return await work(administration);
  } catch (error) {
    throw failureOf(error);
  } finally {
    clearInterval(alive);
    await administration.close();
    await eventStore.close();
  }
};
