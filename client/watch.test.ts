import { afterEach, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { granted } from '../tests/fixtures/granted.ts';
import { createClient } from './client.ts';
import type { ClientOptions } from './options.ts';
import type { StoryEvent } from './story.ts';
import { hangUp, json, problem, startScripted, stream, type Script, type ScriptedServer } from './testing.ts';

const orderId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const clientTold = async (scripts: readonly [Script, ...Script[]], options: Partial<ClientOptions> = {}) => {
  server = await startScripted(...scripts);
  const { url, received } = server;
  const backoff = { first: 10, most: 40 };
  return {
    received,
    client: createClient({ url, token: 'token', retries: 2, backoff, reconnectAfter: 10, ...options }),
  };
};

const told = (type: string, position: number): string => {
  const at = '2026-01-01T12:00:00.000Z';
  const data = JSON.stringify({ type, at, meaning: 'ü', orderId, position: String(position) });
  return `id: ${position}\nevent: ${type}\ndata: ${data}\n\n`;
};

const typesOf = async (events: AsyncIterable<E.Either<unknown, StoryEvent>>): Promise<ReadonlyArray<string>> => {
  const types: string[] = [];
  for await (const event of events) types.push(granted(event).type);
  return types;
};

/** What a proxy says that reaches no gateway. */
const html =
  (status: number): Script =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'text/html' }).end('<h1>Nobody is there</h1>');

const end: Script = (response) => response.end();
const gone: Script = (response) => response.writeHead(204).end();
const wallet = json(200, { currency: 'EUR', balance: 0 });

describe('watching an order', () => {
  it('tells each event, and ends with the letter', async () => {
    const story = [told('OrderCreateRequested', 7), ': heartbeat\n\n', told('OrderPaid', 8), told('LetterSent', 9)];
    const { client, received } = await clientTold([stream(story.join('')), wallet]);
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderCreateRequested', 'OrderPaid', 'LetterSent']);
    await client.wallet('EUR');
    expect(received.map(({ line }) => line)).toEqual([`GET /orders/${orderId}/events`, 'GET /wallets/EUR?after=9']);
  });

  it('tells what it does not know yet, which a newer gateway may', async () => {
    const { client } = await clientTold([stream(told('OrderShipped', 1) + told('LetterSent', 2))]);
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderShipped', 'LetterSent']);
  });

  it('understands events that come in pieces', async () => {
    const bytes = Buffer.from(told('OrderPaid', 7) + told('LetterSent', 8));
    const cut = bytes.indexOf('ü') + 1;
    const { client } = await clientTold([
      stream('', (response) => {
        response.write(bytes.subarray(0, cut));
        setTimeout(() => response.write(bytes.subarray(cut)), 50);
      }),
    ]);
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderPaid', 'LetterSent']);
  });

  it('goes on when the gateway is back, however often it could not be reached or turned us away meanwhile', async () => {
    const { client, received } = await clientTold([
      stream(told('OrderPending', 7), end),
      ...Array.from({ length: 4 }, () => hangUp),
      ...Array.from({ length: 4 }, () => problem(503, 'overloaded')),
      stream(told('LetterSent', 8)),
    ]);
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderPending', 'LetterSent']);
    expect(received).toHaveLength(10);
  });

  it.each([502, 504])('goes on when a proxy has said %d for as long as the gateway was away', async (status) => {
    const { client, received } = await clientTold([
      stream(told('OrderPending', 7), end),
      ...Array.from({ length: 7 }, () => html(status)),
      stream(told('LetterSent', 8)),
    ]);
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderPending', 'LetterSent']);
    expect(received.at(-1)?.headers['last-event-id']).toBe('7');
  });

  it('tells at once that it cannot be watched when the gateway was never reached', async () => {
    const { client } = await clientTold([hangUp]);
    await expect(typesOf(client.watch(orderId))).rejects.toThrow(/found none/);
  });

  it.each([
    ['ends', end],
    ['breaks', hangUp],
  ] as const)('goes on after the last event when the connection %s', async (_, ending) => {
    const { client, received } = await clientTold([
      stream(told('OrderPending', 7), (response, request) => setTimeout(() => ending(response, request), 20)),
      problem(503, 'unavailable'),
      hangUp,
      stream(told('LetterSent', 8)),
    ]);
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderPending', 'LetterSent']);
    expect(received.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '7', '7']);
  });

  it('goes on after the last event when the connection falls silent', async () => {
    const { client } = await clientTold([stream(told('OrderPending', 7)), stream(told('LetterSent', 8))], {
      silence: 100,
    });
    expect(await typesOf(client.watch(orderId))).toEqual(['OrderPending', 'LetterSent']);
  });

  it('begins after the position that it is told, and ends when the gateway says that nothing can come', async () => {
    const { client, received } = await clientTold([gone]);
    expect(await typesOf(client.watch(orderId, { after: '9' }))).toEqual([]);
    expect(received[0]?.headers['last-event-id']).toBe('9');
  });

  it('connects again when the gateway wants it', async () => {
    const { client } = await clientTold([stream('retry: 20\n\n', end), gone], { reconnectAfter: 60_000 });
    expect(await typesOf(client.watch(orderId))).toEqual([]);
  });

  it('ends with the problem that the gateway tells', async () => {
    const { client } = await clientTold([problem(404, 'order-not-found')]);
    const seen: unknown[] = [];
    for await (const each of client.watch(orderId)) seen.push(each);
    expect(seen).toMatchObject([E.left({ type: '/problems/order-not-found' })]);
  });

  it.each([
    ['something else than a stream', json(200, {}), 'Expected an event stream, 204 or a problem as the answer'],
    ['an event that is none', stream('data: {}\n\n'), 'as agreed, found one whose /type must be'],
    ['an event that is no JSON', stream('data: x\n\n'), 'Expected JSON'],
    ['nothing, again and again', hangUp, 'found none: socket hang up'],
  ] as ReadonlyArray<readonly [string, Script, string]>)('is an error when it gets %s', async (_, script, message) => {
    const { client } = await clientTold([script]);
    await expect(typesOf(client.watch(orderId))).rejects.toThrow(message);
  });

  it.each([
    ['before it connects', 0],
    ['while it waits for an event', 100],
  ])('ends with the reason of whoever gives up %s, and lets go of the connection', async (_, after) => {
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const { client } = await clientTold([stream(told('OrderPaid', 7), (response) => response.on('close', closed))]);
    const caller = new AbortController();
    const watching = typesOf(client.watch(orderId, { signal: caller.signal }));
    if (after === 0) caller.abort(new Error('gave up'));
    else setTimeout(() => caller.abort(new Error('gave up')), after);
    await expect(watching).rejects.toThrow('gave up');
    if (after > 0) await isClosed;
  });

  it('lets go of the connection when nobody wants to hear the rest', async () => {
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const { client } = await clientTold([stream(told('OrderPaid', 7), (response) => response.on('close', closed))]);
    for await (const event of client.watch(orderId)) {
      expect(granted(event).type).toBe('OrderPaid');
      break;
    }
    await isClosed;
  });
});

describe('watching all orders', () => {
  it('does not end with a letter', async () => {
    const events = told('LetterSent', 7) + told('OrderCreateRequested', 8);
    const { client } = await clientTold([stream(events, end), gone]);
    expect(await typesOf(client.watchAll())).toEqual(['LetterSent', 'OrderCreateRequested']);
  });

  it('misses nothing when the connection breaks before the first event', async () => {
    const begun = stream('', (response) => setTimeout(() => response.destroy(), 20), { 'Log-Position': '7' });
    const { client, received } = await clientTold([begun, stream(told('OrderPending', 8), end), gone]);
    expect(await typesOf(client.watchAll())).toEqual(['OrderPending']);
    expect(received.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '8']);
  });
});
