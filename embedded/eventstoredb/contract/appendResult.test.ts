import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { describe, expect, it, jest } from '@jest/globals';
import { appendBy, appendPaths } from './appendPaths.ts';
import { anEvent, events, newName, readAllOf, revisionsOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

describe.each(appendPaths)('an append by the %s call', (path) => {
  const append = appendBy(path);

  it('answers with the position of its last event, commit and prepare alike', async () => {
    const name = newName('stream');
    const { position } = await append(server.client, name, events(3));
    expect(position?.commit).toBe(position?.prepare);
    const [last] = await readAllOf(server.client, name, { direction: 'backwards', fromRevision: 'end', maxCount: 1 });
    expect(last?.event?.position).toEqual(position);
  });

  it('stands behind all earlier appends in the log', async () => {
    const first = await append(server.client, newName('stream'), anEvent());
    const second = await append(server.client, newName('stream'), anEvent());
    expect(second.position?.commit).toBeGreaterThan(first.position?.commit ?? second.position?.commit ?? 0n);
  });

  it('is one of a hundred at once, each answered with its own revision', async () => {
    const name = newName('stream');
    const results = await Promise.all(Array.from({ length: 100 }, () => append(server.client, name, anEvent())));
    const revisions = results.map(({ nextExpectedRevision }) => Number(nextExpectedRevision)).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(revisionsOf(await readAllOf(server.client, name))).toHaveLength(100);
  });

  it('wins alone when many expect the same revision', async () => {
    const name = newName('stream');
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, () => append(server.client, name, anEvent(), 'no_stream')),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readAllOf(server.client, name)).toHaveLength(1);
  });
});

it('goes by the unary call when it has credentials, and by the batch call otherwise', async () => {
  const unary = jest.spyOn(StreamsClient.prototype, 'append');
  const batch = jest.spyOn(StreamsClient.prototype, 'batchAppend');
  const client = server.connect('connectionName=paths');
  await appendBy('batch')(client, newName('stream'), anEvent());
  expect([unary.mock.calls.length, batch.mock.calls.length]).toEqual([0, 1]);
  await appendBy('unary')(client, newName('stream'), anEvent());
  expect([unary.mock.calls.length, batch.mock.calls.length]).toEqual([1, 1]);
});
