import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventLog } from '../../embedded/eventstoredb/eventLog/createEventLog.ts';
import { startEventStoreDB, type EventStoreDBNode } from '../../embedded/eventstoredb/node.ts';
import { openFolder } from '../../embedded/eventstoredb/storage/open.ts';

/**
 * The node in a process of its own: `disk` (durable, on a new folder) or `memory`; number of events to fill the folder with
 * first, number of their streams. Prints its connection string.
 */
const [medium = 'disk', events = '0', streams = '1000'] = process.argv.slice(2);
const data = Buffer.from(JSON.stringify({ note: 'x'.repeat(380) }));
const metadata = Buffer.from(JSON.stringify({ version: 1 }));

const fill = async (folder: string, count: number): Promise<void> => {
  const storage = await openFolder(folder);
  const log = createEventLog(storage);
  const append = (i: number) =>
    log.append({
      stream: `filled-${i % Number(streams)}`,
      expected: 'any',
      events: [{ id: randomUUID(), type: 'Benched', contentType: 'application/json', metadata, data }],
    });
  for (let i = 0; i < count; i += 1_000)
    await Promise.all(Array.from({ length: Math.min(1_000, count - i) }, (_, n) => append(i + n)));
  await storage.close();
};

const startOnDisk = async (): Promise<EventStoreDBNode> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
  await fill(folder, Number(events));
  const node = await startEventStoreDB({ data: folder });
  return { ...node, stop: () => node.stop().then(() => rmSync(folder, { recursive: true })) };
};

const node = await (medium === 'memory' ? startEventStoreDB({ memory: true }) : startOnDisk());
process.stdout.write(`${node.url}\n`);
process.once('SIGTERM', () => void node.stop().then(() => process.exit(0)));
