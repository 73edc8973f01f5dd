import { EventStoreDBClient } from '@eventstore/db-client';

// A consumer in a process of its own, which answers nothing: connection string, stream, group. Prints the id of each event.
const [url = '', stream = '', group = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(url);
for await (const { event } of client.subscribeToPersistentSubscriptionToStream(stream, group))
  process.stdout.write(`${event?.id}\n`);
