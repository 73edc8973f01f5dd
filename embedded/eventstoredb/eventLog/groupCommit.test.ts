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

/** A medium whose commits the test finishes one by one. */
const createMedium = () => {
  const commits: { positions: bigint[]; resolve: () => void; reject: (error: Error) => void }[] = [];
  const committed: bigint[][] = [];
  let failures = 0;
  const write = (events: readonly EventToStore[]) =>
    new Promise<void>((resolve, reject) => commits.push({ positions: positionsOf(events), resolve, reject }));
  const commit = createGroupCommit(
    write,
    (events) => committed.push(positionsOf(events)),
    () => failures++,
  );
  return { commits, committed, commit, failures: () => failures };
};
const positionsOf = (events: readonly EventToStore[]) => events.map(({ event }) => event.position);

describe('group commit', () => {
  it('gathers what comes during a commit into the next one', async () => {
    const { commit, commits, committed } = createMedium();
    for (const position of [1n, 2n, 3n]) commit.add([anEvent(position)]);
    const all = commit.durable();
    commits[0]?.resolve();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    commits[1]?.resolve();
    await all;
    expect(committed).toEqual([[1n], [2n, 3n]]);
  });

  it('lets nobody believe in events that were decided on a failed commit', async () => {
    const { commit, commits, committed, failures } = createMedium();
    commit.add([anEvent(1n)]);
    const first = commit.durable();
    commit.add([anEvent(2n)]);
    const second = commit.durable();
    commits[0]?.reject(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    await expect(second).rejects.toThrow('disk full');
    expect([commits.length, committed.length, failures()]).toEqual([1, 0, 1]);
  });

  it('works again after a failure', async () => {
    const { commit, commits, committed } = createMedium();
    commit.add([anEvent(1n)]);
    const failed = commit.durable();
    commits[0]?.reject(new Error('disk full'));
    await expect(failed).rejects.toThrow();
    commit.add([anEvent(1n)]);
    const done = commit.durable();
    commits[1]?.resolve();
    await done;
    expect(committed).toEqual([[1n]]);
  });

  it('is durable at once when nothing is under way', async () => {
    await expect(createMedium().commit.durable()).resolves.toBeUndefined();
  });
});
