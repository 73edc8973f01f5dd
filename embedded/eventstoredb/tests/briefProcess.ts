import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import { startEventStoreDB } from '../node.ts';

// Starts a node, uses it, stops it while everything is still connected, and ends only if nothing is left that keeps it alive.
const [data] = process.argv.slice(2);
const node = await startEventStoreDB(data === undefined ? { memory: true } : { data });
const client = EventStoreDBClient.connectionString(node.url);
await client.createPersistentSubscriptionToStream('s', 'g', persistentSubscriptionToStreamSettingsFromDefaults({}));
const open = [client.subscribeToStream('s'), client.subscribeToPersistentSubscriptionToStream('s', 'g')];
for (const subscription of open) subscription.on('error', () => undefined);
await Promise.all(
  open.map((subscription) => new Promise<void>((resolve) => void subscription.once('confirmation', () => resolve()))),
);
await client.appendToStream('s', jsonEvent({ type: 'Happened', data: {} }));
await (await fetch(`http://127.0.0.1:${node.port}/info`)).text();
await node.stop();
await client.dispose();
process.stdout.write('stopped\n');
