import { EventStoreDBClient } from '@eventstore/db-client';

// All that the client can do: reads so many events of `$all`, and does nothing with them. Prints how long it took.
const [url = '', count = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(url);
let seen = 0;
const since = performance.now();
for await (const { event } of client.readAll({ maxCount: Number(count) })) if (event) seen++;
const seconds = (performance.now() - since) / 1_000;
if (seen !== Number(count)) throw new Error(`Expected ${count} events, found ${seen}`);
process.stdout.write(`${JSON.stringify({ seconds })}\n`);
process.exit();
