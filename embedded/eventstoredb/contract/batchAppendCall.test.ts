import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { randomUUID } from 'node:crypto';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent, events, newName, readAllOf } from './events.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';
import { appendOptions, fragment, inSeconds, inWords, target } from './wire.ts';

const server = useServer();
let wire: StreamsClient;
beforeAll(() => {
  wire = new StreamsClient(...target(server.url));
});
afterAll(() => wire.close());

type Answer = ReturnType<typeof inWords>;

/** A batch append call: what is sent, what came back so far, and whether the server has ended it. */
const call = () => {
  const stream = wire.batchAppend();
  const answers: Answer[] = [];
  let ended = false;
  stream.on('data', (response: Parameters<typeof inWords>[0]) => answers.push(inWords(response)));
  stream.on('end', () => {
    ended = true;
  });
  stream.on('error', () => {
    ended = true;
  });
  return {
    answers,
    send: (...requests: BatchAppendReq[]) => requests.forEach((request) => stream.write(request)),
    halfClose: () => stream.end(),
    cancel: () => stream.cancel(),
    answered: (count: number) =>
      eventually(
        () => Promise.resolve(answers),
        `${count} answers`,
        (found) => found.length >= count,
      ),
    ended: () =>
      eventually(
        () => Promise.resolve(ended),
        'the end of the call',
        (is) => is,
      ),
  };
};

const details = (name: string) => `type.googleapis.com/event_store.client.${name}`;

describe('a batch append call', () => {
  it('stores nothing before the final fragment, and everything then', async () => {
    const name = newName('stream');
    const correlation = randomUUID();
    const { send, answered, answers, cancel } = call();
    send(fragment(correlation, { options: appendOptions(name), events: 2, isFinal: false }));
    const fence = newName('fence');
    send(fragment(randomUUID(), { options: appendOptions(fence), events: 1, isFinal: true }));
    await answered(1);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
    send(fragment(correlation, { events: 1, isFinal: false }), fragment(correlation, { events: 1, isFinal: true }));
    await answered(2);
    expect(answers[1]).toEqual({ correlation, stream: name, revision: '3', error: undefined });
    expect(await readAllOf(server.client, name)).toHaveLength(4);
    cancel();
  });

  it('tells interleaved writes apart by their correlation', async () => {
    const names = Array.from({ length: 5 }, () => newName('stream'));
    const correlations = names.map(() => randomUUID());
    const { send, answered, answers, cancel } = call();
    names.forEach((name, index) => {
      send(fragment(correlations[index] ?? '', { options: appendOptions(name), events: 1, isFinal: false }));
    });
    correlations.forEach((correlation, index) => send(fragment(correlation, { events: index, isFinal: true })));
    await answered(5);
    const found = names.map((name) => answers.find(({ stream }) => stream === name));
    expect(found.map((answer) => [answer?.correlation, answer?.revision])).toEqual(
      correlations.map((correlation, index) => [correlation, `${index}`]),
    );
    cancel();
  });

  it('answers every write before it ends, when the client has sent all it has', async () => {
    const name = newName('stream');
    const { send, halfClose, ended, answers } = call();
    for (let written = 0; written < 50; written++) {
      send(fragment(randomUUID(), { options: appendOptions(name), events: 1, isFinal: true }));
    }
    halfClose();
    await ended();
    expect(answers).toHaveLength(50);
    expect(new Set(answers.map(({ correlation }) => correlation)).size).toBe(50);
    expect(answers.every(({ error }) => error === undefined)).toBe(true);
  });

  it.each<[string, number, () => Promise<{ name: string; expected: 'any' | bigint; events: number }>]>([
    ['WrongExpectedVersion', 6, () => Promise.resolve({ name: newName('stream'), expected: 5n, events: 1 })],
    [
      'StreamDeleted',
      5,
      async () => {
        const name = newName('stream');
        await server.client.tombstoneStream(name);
        return { name, expected: 'any', events: 1 };
      },
    ],
  ])('answers %s with code %s, message and details, for the stream, and goes on', async (message, code, given) => {
    const { name, expected, events: count } = await given();
    const correlation = randomUUID();
    const { send, answered, answers, cancel } = call();
    send(fragment(correlation, { options: appendOptions(name, expected), events: count, isFinal: true }));
    send(fragment(randomUUID(), { options: appendOptions(newName('stream')), events: 1, isFinal: true }));
    await answered(2);
    expect(answers.find((answer) => answer.correlation === correlation)).toEqual({
      correlation,
      stream: name,
      revision: undefined,
      error: { code, message, details: details(message) },
    });
    expect(answers.filter(({ error }) => error === undefined)).toHaveLength(1);
    cancel();
  });

  it('answers Timeout with code 4 when the deadline passes before the final fragment, and stores nothing', async () => {
    const name = newName('stream');
    const correlation = randomUUID();
    const { send, answered, answers, cancel } = call();
    send(fragment(correlation, { options: appendOptions(name, 'any', inSeconds(0.3)), events: 1, isFinal: false }));
    await answered(1);
    expect(answers[0]).toEqual({
      correlation,
      stream: name,
      revision: undefined,
      error: { code: 4, message: 'Timeout', details: details('Timeout') },
    });
    send(fragment(correlation, { events: 1, isFinal: true }));
    send(fragment(randomUUID(), { options: appendOptions(newName('fence')), events: 1, isFinal: true }));
    await answered(2);
    expect(answers).toHaveLength(2);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
    cancel();
  });

  it('gives a write at most two seconds, however late its own deadline', async () => {
    const started = Date.now();
    const { send, answered, answers, cancel } = call();
    send(fragment(randomUUID(), { options: appendOptions(newName('stream'), 'any', inSeconds(60)), isFinal: false }));
    await answered(1);
    expect(answers[0]?.error?.message).toBe('Timeout');
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_900);
    expect(Date.now() - started).toBeLessThan(4_000);
    cancel();
  });

  it('answers Timeout when the deadline has passed before it arrives', async () => {
    const { send, answered, answers, cancel } = call();
    send(
      fragment(randomUUID(), {
        options: appendOptions(newName('stream'), 'any', inSeconds(-60)),
        events: 1,
        isFinal: true,
      }),
    );
    await answered(1);
    expect(answers[0]?.error).toMatchObject({ code: 4, message: 'Timeout' });
    cancel();
  });
});

it('the client reads the deadline as its error when a write comes too late', async () => {
  const longPast = { deadline: -60_000 };
  await expect(server.client.appendToStream(newName('stream'), anEvent(), longPast)).rejects.toMatchObject({
    type: 'deadline-exceeded',
  });
  expect((await server.client.appendToStream(newName('stream'), events(1))).success).toBe(true);
});
