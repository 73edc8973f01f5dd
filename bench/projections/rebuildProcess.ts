import { pino } from 'pino';
import { connect } from '../../eventstore/connection.ts';
import { openAdministration } from '../../projections/administration.ts';
import { watchMemory } from '../processes.ts';

// Rebuilds projections at the same time, again and again: node, database, how often, names with commas between; then, if this
// process is to be warm before, the node and the database to practise on. Prints for each time how many seconds the slowest took
// to fill its slot from the first event, comparison and swap not included, and the most memory it had.
const [url = '', databaseUrl = '', times = '', which = '', practiceUrl, practiceDatabaseUrl = ''] =
  process.argv.slice(2);
const log = pino({ level: 'error' });
const practices = 3;
const mostMemory = watchMemory();

const rebuildOn = async (node: string, database: string, count: number): Promise<ReadonlyArray<number>> => {
  const eventStore = connect({ url: node, name: 'bench', log });
  const administration = openAdministration({ eventStore, databaseUrl: database, log });
  const fill = async (name: string): Promise<number> => {
    const since = performance.now();
    let filled = Number.NaN;
    const { comparison } = await administration.rebuild(name, {
      onProgress: ({ phase }) => void (phase === 'comparing' && (filled = (performance.now() - since) / 1_000)),
    });
    if (comparison?.equal !== true) throw new Error(`Expected a slot of ${name} equal to the live one`);
    return filled;
  };
  const seconds: number[] = [];
  for (let n = 0; n < count; n++) seconds.push(Math.max(...(await Promise.all(which.split(',').map(fill)))));
  await administration.close();
  await eventStore.close();
  return seconds;
};

if (practiceUrl !== undefined) await rebuildOn(practiceUrl, practiceDatabaseUrl, practices);
const seconds = await rebuildOn(url, databaseUrl, Number(times));
process.stdout.write(`${JSON.stringify({ seconds, memory: mostMemory() })}\n`);
