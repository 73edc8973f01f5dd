import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendBy } from './appendPaths.ts';
import { anEvent, anEventOfSize, events, newName, readAllOf } from './events.ts';
import { itOnEmbedded, useServer } from './server.ts';
import { answerTo, streamNamed, target, uuidOf } from './wire.ts';

const server = useServer();
let wire: StreamsClient;
beforeAll(() => {
  wire = new StreamsClient(...target(server.url));
});
afterAll(() => wire.close());

const unaryAppend = appendBy('unary');

const tombstoned = async (base = 'stream') => {
  const name = newName(base);
  await server.client.tombstoneStream(name);
  return name;
};

/** The trailers of an error, one value each. */
const trailersOf = (error: unknown): Record<string, unknown> => {
  const { metadata } = (error as { _raw: { metadata: Metadata } })._raw;
  return metadata.getMap();
};
const failureOf = async (attempt: Promise<unknown>): Promise<unknown> => {
  const [outcome] = await Promise.allSettled([attempt]);
  if (outcome.status === 'fulfilled') throw new Error('expected a failure, but it succeeded');
  return outcome.reason;
};

describe('the error of', () => {
  it.each<[string, (name: string) => Promise<unknown>]>([
    ['a read', (name) => readAllOf(server.client, name)],
    ['a unary append', (name) => unaryAppend(server.client, name, anEvent())],
    ['a delete', (name) => server.client.deleteStream(name)],
    ['a tombstone', (name) => server.client.tombstoneStream(name)],
  ])('%s on a tombstoned stream has code 9 and names exception and stream', async (_, attempt) => {
    const name = await tombstoned();
    const failure = await failureOf(attempt(name));
    expect(failure).toMatchObject({ type: 'stream-deleted', code: 9 });
    expect(trailersOf(failure)).toMatchObject({ exception: 'stream-deleted', 'stream-name': name });
  });

  it.each<[string, 'deleteStream' | 'tombstoneStream']>([
    ['a delete', 'deleteStream'],
    ['a tombstone', 'tombstoneStream'],
  ])('%s at the wrong revision has code 9 and names stream, expected and actual version', async (_, method) => {
    const name = newName('stream');
    await server.client.appendToStream(name, events(2));
    const failure = await failureOf(server.client[method](name, { expectedRevision: 5n }));
    expect(failure).toMatchObject({ type: 'wrong-expected-version', code: 9 });
    expect(trailersOf(failure)).toMatchObject({
      exception: 'wrong-expected-version',
      'stream-name': name,
      'expected-version': '5',
      'actual-version': '1',
    });
  });

  it('a unary append that is too large has code 3 and names the limit', async () => {
    const failure = await failureOf(unaryAppend(server.client, newName('stream'), anEventOfSize(1_048_577)));
    expect(failure).toMatchObject({ type: 'maximum-append-size-exceeded', code: 3 });
    expect(trailersOf(failure)).toMatchObject({
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': '1048576',
    });
  });

  itOnEmbedded('trailers are ASCII, and how the real one writes such names was not seen')(
    'streams with names beyond ASCII is still of its own class',
    async () => {
      const name = await tombstoned('größe-价格');
      await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-deleted' });
      await expect(unaryAppend(server.client, name, anEvent())).rejects.toMatchObject({ type: 'stream-deleted' });
      const other = newName('größe-价格');
      await expect(server.client.deleteStream(other, { expectedRevision: 5n })).rejects.toMatchObject({
        type: 'wrong-expected-version',
        expectedVersion: 5n,
      });
      const group = 'größe-价格';
      await expect(server.client.deletePersistentSubscriptionToStream(other, group)).rejects.toMatchObject({
        type: 'persistent-subscription-does-not-exist',
      });
    },
  );
});

describe('a unary append call', () => {
  /** Sends the header, then one message with this metadata, by the generated call. */
  const sent = (
    name: string,
    expected: (options: InstanceType<typeof streams.AppendReq.Options>) => unknown,
    metadata: Record<string, string>,
  ) =>
    answerTo<AppendResp>((done) => {
      const call = wire.append(done);
      const header = new streams.AppendReq();
      const options = new streams.AppendReq.Options();
      options.setStreamIdentifier(streamNamed(name));
      expected(options);
      header.setOptions(options);
      call.write(header);
      const entry = new streams.AppendReq();
      const message = new streams.AppendReq.ProposedMessage();
      message.setId(uuidOf());
      for (const [key, value] of Object.entries(metadata)) message.getMetadataMap().set(key, value);
      entry.setProposedMessage(message);
      call.write(entry);
      call.end();
    });
  const complete = { type: 'Tested', 'content-type': 'application/json' };

  it('answers a wrong expected revision as a response, in today’s fields and in those of 20.6', async () => {
    const name = newName('stream');
    await server.client.appendToStream(name, events(3));
    const response = await sent(name, (options) => options.setRevision('7'), complete);
    const refusal = response.getWrongExpectedVersion();
    expect(response.hasSuccess()).toBe(false);
    expect([refusal?.getCurrentRevision(), refusal?.getExpectedRevision()]).toEqual(['2', '7']);
    expect([Number(refusal?.getCurrentRevision2060()), Number(refusal?.getExpectedRevision2060())]).toEqual([2, 7]);
  });

  it('answers that there is no stream as a response, in today’s fields and in those of 20.6', async () => {
    const name = newName('stream');
    const response = await sent(name, (options) => options.setStreamExists(new shared.Empty()), complete);
    const refusal = response.getWrongExpectedVersion();
    expect([refusal?.hasCurrentNoStream(), refusal?.hasExpectedStreamExists()]).toEqual([true, true]);
    expect([refusal?.hasNoStream2060(), refusal?.hasStreamExists2060()]).toEqual([true, true]);
  });

  it.each([[{ type: 'Tested' }], [{ 'content-type': 'application/json' }]])(
    'refuses an event with no more metadata than %j, naming what is required',
    async (metadata) => {
      const failure = await failureOf(
        sent(newName('stream'), (options) => options.setAny(new shared.Empty()), metadata),
      );
      expect(failure).toMatchObject({ code: 3 });
      expect((failure as { metadata: Metadata }).metadata.getMap()).toMatchObject({
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      });
    },
  );
});
