import type { AllStreamResolvedEvent, ReadableSubscription, ResolvedEvent } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { anEventOfSize, newName, revisionsOf } from './events.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';

const server = useServer();

/** Far more than a server, a client and the network between them buffer for one subscription. */
const flood = { appends: 40, eventsEach: 10, bytes: 50_000 };
const flooded = flood.appends * flood.eventsEach;

const floodOf = async (stream: string) => {
  for (let round = 0; round < flood.appends; round++) {
    await server.client.appendToStream(
      stream,
      Array.from({ length: flood.eventsEach }, () => anEventOfSize(flood.bytes)),
    );
  }
};

/** Does not read a live subscription while the flood comes in, and reads on then. */
const reluctantly = async <E>(subscription: ReadableSubscription<E>, stream: string) => {
  const failed = new Promise<Error>((resolve) => subscription.once('error', resolve));
  await new Promise<void>((resolve) => subscription.once('caughtUp', () => resolve()));
  await floodOf(stream);
  return { failed, recording: record(subscription) };
};

const tooSlow = { type: 'timeout', code: 10, message: expect.stringContaining('Consumer too slow') };

describe('a live subscription that does not keep up', () => {
  it('to a stream is dropped, and resumes from what it got last', async () => {
    const name = newName('flood');
    const { failed, recording } = await reluctantly<ResolvedEvent>(server.client.subscribeToStream(name), name);
    expect(await failed).toMatchObject(tooSlow);
    const got = revisionsOf(recording.events);
    expect(got.length).toBeLessThan(flooded);
    expect(got).toEqual(got.map((_, index) => BigInt(index)));
    const fromRevision = got.at(-1) ?? ('start' as const);
    const rest = await record(server.client.subscribeToStream(name, { fromRevision })).first(flooded - got.length);
    expect(revisionsOf(rest)).toEqual(rest.map((_, index) => BigInt(got.length + index)));
  });

  it('to $all is dropped', async () => {
    const name = newName('flood');
    const { failed } = await reluctantly<AllStreamResolvedEvent>(
      server.client.subscribeToAll({ fromPosition: 'end' }),
      name,
    );
    expect(await failed).toMatchObject(tooSlow);
  });
});

it('a subscription that reads history slowly is not dropped', async () => {
  const name = newName('flood');
  await floodOf(name);
  const seen: bigint[] = [];
  for await (const { event } of server.client.subscribeToStream(name)) {
    await new Promise((resolve) => setImmediate(resolve));
    if (event !== undefined) seen.push(event.revision);
    if (seen.length === flooded) break;
  }
  expect(seen).toEqual(seen.map((_, index) => BigInt(index)));
});
