import { EventStoreDBClient } from '@eventstore/db-client';

/** All that the client can do: reads so many events of `$all`, and does nothing with them. @returns seconds */
export const readAll = async (url: string, count: number): Promise<number> => {
  const client = EventStoreDBClient.connectionString(url);
  let seen = 0;
  const since = performance.now();
  for await (const { event } of client.readAll({ maxCount: count })) if (event) seen++;
  const seconds = (performance.now() - since) / 1_000;
  if (seen !== count) throw new Error(`Expected ${count} events, found ${seen}`);
  await client.dispose();
  return seconds;
};
