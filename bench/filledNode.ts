import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '../domain/events.ts';
import { createEventLog } from '../embedded/eventstoredb/eventLog/createEventLog.ts';
import { startEventStoreDB } from '../embedded/eventstoredb/node.ts';
import { openFolder } from '../embedded/eventstoredb/storage/open.ts';

const bytes = (value: object): Buffer => Buffer.from(JSON.stringify(value));

const fill = async (folder: string, count: number, imagined: Iterator<RecordedEvent, never>): Promise<void> => {
  const storage = await openFolder(folder);
  const log = createEventLog(storage);
  const append = () => {
    const { id, stream, type, data, metadata } = imagined.next().value;
    const event = { id, type, contentType: 'application/json', metadata: bytes(metadata), data: bytes(data) };
    return log.append({ stream, expected: 'any', events: [event] });
  };
  for (let i = 0; i < count; i += 1_000) await Promise.all(Array.from({ length: Math.min(1_000, count - i) }, append));
  await storage.close();
};

/** Serves a durable node with the first `count` of the imagined events until the process is told to end; prints its connection string. */
export const serveFilled = async (count: number, imagined: Iterator<RecordedEvent, never>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
  await fill(folder, count, imagined);
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
};
