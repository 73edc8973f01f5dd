import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventLog } from '../../embedded/eventstoredb/eventLog/createEventLog.ts';
import { startEventStoreDB } from '../../embedded/eventstoredb/node.ts';
import { openFolder } from '../../embedded/eventstoredb/storage/open.ts';
import { imagine } from './imagined.ts';

// The node, durable, in a process of its own, with so many events of orders in it; prints its connection string.
const [count = '0'] = process.argv.slice(2);
const bytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const fill = async (folder: string, events: number): Promise<void> => {
  const storage = await openFolder(folder);
  const log = createEventLog(storage);
  const imagined = imagine();
  const append = () => {
    const { id, stream, type, data, metadata } = imagined.next().value;
    const event = { id, type, contentType: 'application/json', metadata: bytes(metadata), data: bytes(data) };
    return log.append({ stream, expected: 'any', events: [event] });
  };
  for (let i = 0; i < events; i += 1_000)
    await Promise.all(Array.from({ length: Math.min(1_000, events - i) }, append));
  await storage.close();
};

const folder = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
await fill(folder, Number(count));
const node = await startEventStoreDB({ data: folder });
process.stdout.write(`${node.url}\n`);
process.once(
  'SIGTERM',
  () =>
    void node.stop().then(() => {
      rmSync(folder, { recursive: true });
      process.exit(0);
    }),
);
