import { pino } from 'pino';
import { connect } from '../../eventstore/connection.ts';
import { openAdministration } from '../../projections/administration.ts';
import { privateMemoryOf } from '../processes.ts';

// Rebuilds projections at the same time. Prints how many seconds the slowest took to fill its slot from the first event,
// comparison and swap not included, and the most memory it had.
const [url = '', databaseUrl = '', ...names] = process.argv.slice(2);
const log = pino({ level: 'error' });
const eventStore = connect({ url, name: 'bench', log });
const administration = openAdministration({ eventStore, databaseUrl, log });
let memory = 0;
const looking = setInterval(() => (memory = Math.max(memory, privateMemoryOf('self'))), 100);

const since = performance.now();
const fill = async (name: string): Promise<number> => {
  let filled = Number.NaN;
  const { comparison } = await administration.rebuild(name, {
    onProgress: ({ phase }) => void (phase === 'comparing' && (filled = (performance.now() - since) / 1_000)),
  });
  if (comparison?.equal !== true) throw new Error(`Expected a slot of ${name} equal to the live one`);
  return filled;
};
const seconds = Math.max(...(await Promise.all(names.map(fill))));
process.stdout.write(`${JSON.stringify({ seconds, memory })}\n`);
clearInterval(looking);
await administration.close();
await eventStore.close();
