import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEventLog } from '../eventLog/createEventLog.ts';
import { DATA_FILE } from './dataFolder.ts';
import { openFolder, openTemporary } from './open.ts';

const anEvent = (n: number) => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  type: 'Happened',
  contentType: 'application/json',
  metadata: Buffer.of(),
  data: Buffer.alloc(2_000, n),
});

describe('a data folder', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eventstoredb-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Stores a hundred events of 2 kB, and closes the folder again. */
  const fill = async (): Promise<void> => {
    const storage = await openFolder(folder);
    const log = createEventLog(storage);
    for (let n = 0; n < 100; n++) await log.append({ stream: 's', expected: 'any', events: [anEvent(n)] });
    await storage.close();
  };

  it('keeps events over a restart', async () => {
    await fill();
    const storage = await openFolder(folder);
    const { events } = createEventLog(storage).readStream({ stream: 's', from: 0n, direction: 'forwards', limit: 200 });
    expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 100 }, (_, n) => BigInt(n)));
    await storage.close();
  });

  it('may have a dot in its name', async () => {
    const dotted = join(folder, 'events.v1');
    await (await openFolder(dotted)).close();
    expect(readdirSync(dotted)).toContain(DATA_FILE);
    await (await openFolder(dotted)).close();
  });

  it('is refused while another node of this process has it open', async () => {
    const storage = await openFolder(folder);
    await expect(openFolder(folder)).rejects.toThrow('in use by another node of this process');
    await storage.close();
    await (await openFolder(folder)).close();
  });

  it('is refused when it is full of something else', async () => {
    writeFileSync(join(folder, 'letter.txt'), 'dear diary');
    await expect(openFolder(folder)).rejects.toThrow('is not a data folder of this node: it holds letter.txt');
    expect(readdirSync(folder)).toEqual(['letter.txt']);
  });

  it('is refused when its data file is of another kind', async () => {
    writeFileSync(join(folder, DATA_FILE), Buffer.alloc(100_000, 'x'));
    await expect(openFolder(folder)).rejects.toThrow('is not a data file of this node');
    expect(readFileSync(join(folder, DATA_FILE)).equals(Buffer.alloc(100_000, 'x'))).toBe(true);
  });

  it('is refused when its data file is empty', async () => {
    writeFileSync(join(folder, DATA_FILE), '');
    await expect(openFolder(folder)).rejects.toThrow('what is left of one (0 bytes)');
  });

  it('is refused when its data file is gone', async () => {
    await fill();
    rmSync(join(folder, DATA_FILE));
    await expect(openFolder(folder)).rejects.toThrow('has lost its data.mdb');
  });

  it('is refused when its data file is cut short, by much or by a page', async () => {
    await fill();
    const whole = readFileSync(join(folder, DATA_FILE));
    for (const size of [20_000, whole.length / 2, whole.length - 4_096]) {
      writeFileSync(join(folder, DATA_FILE), whole);
      truncateSync(join(folder, DATA_FILE), size);
      await expect(openFolder(folder)).rejects.toThrow('is torn: expected at least');
    }
    writeFileSync(join(folder, DATA_FILE), whole);
    await (await openFolder(folder)).close();
  });

  it('tells of an event that went bad on the disk', async () => {
    await fill();
    const file = join(folder, DATA_FILE);
    const bytes = readFileSync(file);
    bytes.fill(0x7a, bytes.indexOf(Buffer.alloc(500, 42)), bytes.indexOf(Buffer.alloc(500, 42)) + 10);
    writeFileSync(file, bytes);
    const storage = await openFolder(folder);
    expect(() => [...storage.events(0n, 'forwards')]).toThrow('is damaged: its checksum');
    await storage.close();
  });

  it('that a killed first start left half-made is made anew', async () => {
    mkdirSync(join(folder, '.creating'));
    writeFileSync(join(folder, '.creating', DATA_FILE), 'half');
    await (await openFolder(folder)).close();
    expect(readdirSync(folder)).not.toContain('.creating');
  });
});

describe('temporary storage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('leaves nothing behind, not even while it is open', async () => {
    const storage = openTemporary(folder);
    expect(readdirSync(folder)).toEqual([]);
    await storage.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
