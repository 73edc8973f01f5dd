import { openDatabase, type Database, type DatabaseOptions } from './database.ts';
import { connectionsEach, type FillingSettings } from './settings.ts';

/**
 * Rows are changed by their keys, a batch at a time, so that the key's index is the way to them however few or many there
 * are. The planner knows neither how many a batch names nor, of a table that is being filled, how many there are: of ten
 * thousand rows it would read all to change one.
 */
const byKey = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/**
 * Connections for whoever fills slots of so many projections.
 * @param settings of them all
 */
export const openForFilling = (
  options: Pick<DatabaseOptions, 'databaseUrl' | 'name' | 'log'>,
  projections: number,
  { statementTimeout }: FillingSettings,
): Database =>
  openDatabase({
    ...options,
    connections: projections * connectionsEach,
    statementTimeout,
    sessionSettings: byKey,
  });
