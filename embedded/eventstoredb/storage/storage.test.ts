import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeEvent } from '../storedEvent.ts';
import { openTemporary } from './open.ts';
import type { EventToStore, Storage } from './storage.ts';

let storage: Storage;
beforeEach(() => {
  storage = openTemporary();
});
afterEach(() => storage.close());

const aStream = 1_000n;

/** Events of a stream with so many bytes of data each. */
const events = (count: number, bytes = 10): readonly EventToStore[] =>
  Array.from({ length: count }, (_, n) => ({
    streamNumber: aStream,
    event: encodeEvent(
      {
        id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        type: 'Happened',
        contentType: 'application/json',
        metadata: Buffer.of(),
        data: Buffer.alloc(bytes, n),
      },
      { stream: 's', revision: BigInt(n), position: aStream + BigInt(n), created: '0' },
    ),
  }));

const stored = () => [...storage.events(0n, 'forwards')];

describe('a commit', () => {
  it('of a few events is made before anything else has its turn', async () => {
    const written = storage.write(events(3));
    expect(stored()).toHaveLength(3);
    await written;
  });

  it.each([
    ['many events', events(50)],
    ['a large event', events(1, 100_000)],
  ])('of %s leaves the node free meanwhile', async (_, toStore) => {
    const written = storage.write(toStore);
    expect(stored()).toEqual([]);
    await written;
    expect(stored()).toHaveLength(toStore.length);
  });

  it.each([
    ['a few events', 2],
    ['many events', 50],
  ])('of %s keeps nothing when it fails, and the next one works', async (_, count) => {
    const [first, ...others] = events(count);
    const impossible = others.map((one) => ({ ...one, streamNumber: -1n }));
    await expect(storage.write(first ? [first, ...impossible] : [])).rejects.toMatchObject({ name: 'StorageFailure' });
    await storage.write(events(1, 20));
    expect(stored()).toHaveLength(1);
  });

  it('is left to lmdb’s thread after one has failed', async () => {
    const impossible = events(1).map((one) => ({ ...one, streamNumber: -1n }));
    await expect(storage.write(impossible)).rejects.toMatchObject({ name: 'StorageFailure' });
    const written = storage.write(events(1));
    expect(stored()).toEqual([]);
    await written;
    expect(stored()).toHaveLength(1);
  });
});
