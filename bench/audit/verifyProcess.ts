import { pino } from 'pino';
import { verify } from '../../audit/verify/verify.ts';
import { connect } from '../../eventstore/connection.ts';
import { watchMemory } from '../processes.ts';

// Verifies the log of a node, after practising on another, since a process that has just started is slower whatever it does.
// Prints how many seconds it took, and the most memory the process had.
const [url = '', practiceUrl = ''] = process.argv.slice(2);
const log = pino({ level: 'error' });
const practices = 3;
const mostMemory = watchMemory();

const verifyOn = async (node: string): Promise<number> => {
  const store = connect({ url: node, name: 'bench', log });
  const onBreach = (breach: object): void => {
    throw new Error(`Expected a log in which nothing is wrong, found ${Object.values(breach).join(', ')}`);
  };
  const since = performance.now();
  await verify({ store, now: 0, grace: 0, onBreach });
  const seconds = (performance.now() - since) / 1_000;
  await store.close();
  return seconds;
};

for (let n = 0; n < practices; n++) await verifyOn(practiceUrl);
const seconds = await verifyOn(url);
process.stdout.write(`${JSON.stringify({ seconds, memory: mostMemory() })}\n`);
