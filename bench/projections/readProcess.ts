import { readAll } from '../readAll.ts';

// Reads so many events in a process of its own; prints how long it took.
const [url = '', count = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify({ seconds: await readAll(url, Number(count)) })}\n`);
process.exit();
