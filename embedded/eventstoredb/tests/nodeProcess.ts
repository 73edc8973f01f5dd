import { startEventStoreDB } from '../node.ts';

// A node in a process of its own, on the folder that is given; prints its connection string.
const [data = ''] = process.argv.slice(2);
const node = await startEventStoreDB({ data });
process.stdout.write(`${node.url}\n`);
process.once('SIGTERM', () => void node.stop().then(() => process.exit(0)));
