import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hundredEurosRequested } from '../../domain/deposit/examples.ts';
import { depositStream } from '../../domain/streams.ts';
import { newTrace, requestedBy } from '../../eventstore/causation.ts';
import type { NewEvent } from '../../eventstore/codec.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { record } from './record.ts';

const request = (depositId: string): NewEvent => {
  const { type, data } = hundredEurosRequested;
  const id = randomUUID();
  const metadata = requestedBy({ subject: 'olga', role: 'operator' }, type, id, depositId, newTrace());
  return { type, data: { ...data, depositId }, id, metadata };
};

describe('recording a request that is recorded already', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await startTestStore();
  });
  afterAll(() => test.stop());

  const truncateBefore = (stream: string, revision: number) =>
    test.store.run((client) => client.setStreamMetadata(stream, { truncateBefore: revision }));

  /** The stream of a request that is there, as every append to it shows, and cannot be read. */
  const hidden = async () => {
    const depositId = randomUUID();
    const stream = depositStream(depositId);
    const first = await record(test.store, stream, request(depositId));
    if (E.isLeft(first)) throw new Error(`Expected ${stream} to be new`);
    await truncateBefore(stream, 1);
    return { depositId, stream, first: first.right };
  };

  it('waits until what it collides with can be read', async () => {
    const { depositId, stream, first } = await hidden();
    const recording = record(test.store, stream, request(depositId));
    await truncateBefore(stream, 0);
    expect(await recording).toEqual(E.right({ position: first.position, isReplay: true }));
  });

  it('says that the store is away when that takes too long', async () => {
    const { depositId, stream } = await hidden();
    await expect(record(test.store, stream, request(depositId))).rejects.toThrow(Unavailable);
  });
});
