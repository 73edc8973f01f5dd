import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundle, startNodeProcess } from './processes.ts';

/** `npm run test:crash` makes it two hundred. */
const rounds = Number(process.env.CRASH_ROUNDS ?? 10);
const mostWriters = 16;

/** Many writers, whose appends share commits of lmdb's thread, and a lone one, whose appends are committed on the spot. */
const writersIn = (round: number): number => (round % 2 === 0 ? mostWriters : 1);

/** An append as its writer knows it: acknowledged, or under way when the node died. */
interface Write {
  readonly stream: string;
  readonly ids: readonly string[];
  acknowledged?: bigint;
}

const aWrite = (stream: string, size: number): Write => ({
  stream,
  ids: Array.from({ length: size }, () => randomUUID()),
});

/** A stream is written over three rounds, so that it is also continued after a crash. */
const streamOf = (round: number, writer: number): string => `crash-${Math.floor(round / 3)}-${writer}`;

/** Appends to its stream, one to three events at a time, until the node is gone. */
const write = async (
  client: EventStoreDBClient,
  stream: string,
  log: Write[],
  acknowledged: () => void,
): Promise<void> => {
  for (let n = 0; ; n++) {
    const next = aWrite(stream, 1 + (n % 3));
    log.push(next);
    const events = next.ids.map((id) => jsonEvent({ id, type: 'Happened', data: { n, note: 'x'.repeat(200) } }));
    try {
      const { nextExpectedRevision } = await client.appendToStream(stream, events);
      next.acknowledged = nextExpectedRevision;
      acknowledged();
    } catch {
      return;
    }
  }
};

const idsIn = async (client: EventStoreDBClient, stream: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { event } of client.readStream(stream)) {
    expect(event?.revision).toBe(BigInt(ids.length));
    ids.push(event?.id ?? '');
  }
  return ids;
};

/** What is stored is the writes in order: all of the acknowledged ones, the last one wholly or not at all. */
const check = (writes: readonly Write[], stored: readonly string[]): void => {
  let at = 0;
  for (const { ids, acknowledged } of writes) {
    if (acknowledged === undefined && stored[at] !== ids[0]) continue;
    expect(stored.slice(at, at + ids.length)).toEqual(ids);
    at += ids.length;
    if (acknowledged !== undefined) expect(acknowledged).toBe(BigInt(at - 1));
  }
  expect(stored).toHaveLength(at);
};

describe('a node that is killed under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-crash-'));
  const log: Write[] = [];
  let script = '';
  beforeAll(async () => {
    script = await bundle('nodeProcess');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(script);
  });

  const streamsOf = (round: number): ReadonlyArray<string> =>
    Array.from({ length: mostWriters }, (_, n) => streamOf(round, n));

  const compare = async (client: EventStoreDBClient, streams: Iterable<string>): Promise<void> => {
    for (const stream of new Set(streams)) {
      const writes = log.filter((entry) => entry.stream === stream);
      if (writes.some(({ acknowledged }) => acknowledged !== undefined)) check(writes, await idsIn(client, stream));
    }
  };

  /** What the round before has left is compared by the node that is then killed itself. */
  const killUnderLoad = async (round: number): Promise<void> => {
    const node = await startNodeProcess(script, folder);
    const client = EventStoreDBClient.connectionString(node.url);
    await compare(client, streamsOf(round - 1));
    let missing = 20 + Math.random() * 200;
    const writing: Array<Promise<void>> = [];
    await new Promise<void>((enough) => {
      const acknowledged = (): void => void ((missing -= 1) < 0 && enough());
      for (let n = 0; n < writersIn(round); n++) writing.push(write(client, streamOf(round, n), log, acknowledged));
    });
    await node.kill();
    await Promise.all(writing);
    await client.dispose();
  };

  it(
    `has every acknowledged append and never half of one, ${rounds} times over`,
    async () => {
      for (let round = 0; round < rounds; round++) await killUnderLoad(round);
      const node = await startNodeProcess(script, folder);
      const client = EventStoreDBClient.connectionString(node.url);
      await compare(
        client,
        log.map(({ stream }) => stream),
      );
      await client.dispose();
      expect(await node.stop()).toBe(0);
      expect(log.filter((entry) => entry.acknowledged !== undefined).length).toBeGreaterThan(rounds * 20);
    },
    rounds * 20_000,
  );

  it('is not started twice on one folder', async () => {
    const node = await startNodeProcess(script, folder);
    await expect(startNodeProcess(script, folder)).rejects.toThrow(`is in use by process ${node.pid}`);
    await node.stop();
  });
});

describe('a node whose disk is full', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-full-'));
  let script = '';
  beforeAll(async () => {
    script = await bundle('nodeProcess');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(script);
  });

  /** Events of 20 kB, alone or with as many beside them as a commit on the spot never holds. */
  const appends = {
    'alone, committed on the spot': 1,
    'of many events, committed by lmdb': 10,
  };
  const itOnLinux = process.platform === 'linux' ? it : it.skip;

  itOnLinux.each(Object.entries(appends))(
    'refuses appends (%s), keeps nothing of them, goes on reading, and goes on when there is room',
    async (name, size) => {
      const data = join(folder, String(size));
      const node = await startNodeProcess(script, data, 2_048);
      const client = EventStoreDBClient.connectionString(node.url);
      const note = 'x'.repeat(20_000);
      const append = () =>
        client.appendToStream(
          's',
          Array.from({ length: size }, () => jsonEvent({ type: 'Happened', data: { name, note } })),
        );
      let acknowledged = 0;
      const fill = async (): Promise<never> => {
        for (; ; acknowledged++) await append();
      };
      await expect(fill()).rejects.toThrow('Is the disk full?');
      await expect(fill()).rejects.toThrow('Is the disk full?');
      expect(acknowledged).toBeGreaterThan(5);
      expect(await idsIn(client, 's')).toHaveLength(acknowledged * size);
      await node.makeRoom();
      for (let n = 0; n < 20; n++) await append();
      expect(await idsIn(client, 's')).toHaveLength((acknowledged + 20) * size);
      await client.dispose();
      expect(await node.stop()).toBe(0);
    },
  );
});
