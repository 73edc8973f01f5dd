import { describe, expect, it } from '@jest/globals';
import type { EventToStore } from '../storage/storage.ts';
import { encodeEvent } from '../storedEvent.ts';
import { createGroupCommit } from './groupCommit.ts';

const anEvent = (position: bigint): EventToStore => ({
  streamNumber: 1n,
  event: encodeEvent(
    {
      id: 'f4f1a5e2-5d1c-4f0e-8a39-0c6a4f9f6a11',
      type: 'T',
      contentType: '',
      metadata: Buffer.of(),
      data: Buffer.of(),
    },
    { stream: 's', revision: 0n, position, created: '0' },
  ),
});

const positionsOf = (events: readonly EventToStore[]) => events.map(({ event }) => event.position);

interface Commit {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A medium whose commits the test finishes one by one. */
const createMedium = () => {
  const begun: Commit[] = [];
  const committed: bigint[][] = [];
  let failures = 0;
  const write = () => new Promise<void>((resolve, reject) => begun.push({ resolve, reject }));
  const commit = createGroupCommit(
    write,
    (events) => committed.push(positionsOf(events)),
    () => failures++,
  );
  /** The next commit that the medium is asked for. */
  const nextCommit = async (): Promise<Commit> => {
    for (;;) {
      const next = begun.shift();
      if (next !== undefined) return next;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { begun, committed, commit, nextCommit, failures: () => failures };
};

describe('group commit', () => {
  it('stores together what comes in one turn of the event loop', async () => {
    const { commit, committed, nextCommit } = createMedium();
    for (const position of [1n, 2n, 3n]) commit.add([anEvent(position)]);
    const all = commit.durable();
    (await nextCommit()).resolve();
    await all;
    expect(committed).toEqual([[1n, 2n, 3n]]);
  });

  it('gathers what comes during a commit into the next one', async () => {
    const { commit, committed, nextCommit } = createMedium();
    commit.add([anEvent(1n)]);
    const first = await nextCommit();
    for (const position of [2n, 3n]) commit.add([anEvent(position)]);
    const all = commit.durable();
    first.resolve();
    (await nextCommit()).resolve();
    await all;
    expect(committed).toEqual([[1n], [2n, 3n]]);
  });

  it('lets nobody believe in events that were decided on a failed commit', async () => {
    const { begun, commit, committed, failures, nextCommit } = createMedium();
    commit.add([anEvent(1n)]);
    const first = commit.durable();
    const failing = await nextCommit();
    commit.add([anEvent(2n)]);
    const second = commit.durable();
    failing.reject(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    await expect(second).rejects.toThrow('disk full');
    expect([begun.length, committed.length, failures()]).toEqual([0, 0, 1]);
  });

  it('works again after a failure', async () => {
    const { commit, committed, nextCommit } = createMedium();
    commit.add([anEvent(1n)]);
    const failed = commit.durable();
    (await nextCommit()).reject(new Error('disk full'));
    await expect(failed).rejects.toThrow();
    commit.add([anEvent(1n)]);
    const done = commit.durable();
    (await nextCommit()).resolve();
    await done;
    expect(committed).toEqual([[1n]]);
  });

  it('is durable at once when nothing is under way', async () => {
    await expect(createMedium().commit.durable()).resolves.toBeUndefined();
  });
});
