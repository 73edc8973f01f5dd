import { openDatabase, type Database } from '../../projections/database.ts';
import { configure } from '../configuration/configure.ts';
import { dataFolder } from '../data/folder.ts';
import { createLog, destination } from '../log.ts';
import { configured } from '../runningSystem.ts';

/** Milliseconds that a statement may take: it may read tables of any size. */
const statementTimeout = 3_600_000;

/** Does `work` with the database of the read models, or without one where they are left out. */
export const withReadModels = async <A>(
  data: string,
  leftOut: boolean,
  work: (database: Database | undefined) => Promise<A>,
): Promise<A> => {
  if (leftOut) return work(undefined);
  const { DATABASE_URL: databaseUrl, LOG_LEVEL: level } = await configured(dataFolder(data), process.env, (sources) =>
    configure({ variables: ['DATABASE_URL'], tokens: false }, sources),
  );
  const log = createLog({ service: 'audit', level, to: await destination(2) });
  const database = openDatabase({ databaseUrl, name: 'audit', log, connections: 1, statementTimeout });
  return work(database).finally(database.close);
};
