import { afterEach, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { createClient, type NewOrder } from './client.ts';
import { hangUp, json, problem, startScripted, type Script, type ScriptedServer } from './testing.ts';

const orderId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';
const teapot: NewOrder = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };
const placed = { orderId, status: 'Requested', position: '7' };
const taken = json(202, placed);

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const clientTold = async (...scripts: readonly [Script, ...Script[]]) => {
  server = await startScripted(...scripts);
  const { url, received } = server;
  const backoff = { first: 10, most: 40 };
  return { received, client: createClient({ url, token: 'token', timeout: 500, retries: 3, backoff }) };
};

const bodyCutShort: Script = (response) => {
  response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': '100' }).write('{');
  setTimeout(() => response.destroy(), 20);
};

describe('what is posted', () => {
  it.each([
    ['the connection breaks before the answer', hangUp],
    ['the connection breaks within the answer', bodyCutShort],
    ['no answer comes in time', () => undefined],
    ['the gateway cannot tell whether it was taken', problem(503, 'outcome-unknown', { orderId })],
    ['something is away', problem(503, 'unavailable', {}, { 'Retry-After': '0' })],
    ['the caller asks too much', problem(429, 'too-many-requests', {}, { 'Retry-After': '0' })],
    ['a proxy has no answer of the gateway', (response) => response.writeHead(504).end('<html>')],
  ] as ReadonlyArray<readonly [string, Script]>)('is sent again with the same key when %s', async (_, script) => {
    const { client, received } = await clientTold(script, script, taken);
    expect(await client.placeOrder(teapot)).toEqual(E.right(placed));
    expect(received).toHaveLength(3);
    const keys = new Set(received.map(({ headers }) => headers['idempotency-key']));
    expect([...keys]).toEqual([expect.stringMatching(/^"[0-9a-f-]{36}"$/)]);
    expect(new Set(received.map(({ body }) => body))).toEqual(new Set([JSON.stringify(teapot)]));
  });

  it('has a key of its own each time it is posted', async () => {
    const { client, received } = await clientTold(taken);
    await client.placeOrder(teapot);
    await client.placeOrder(teapot);
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  });

  it('has the key that the caller gives it, as a structured field', async () => {
    const { client, received } = await clientTold(taken);
    await client.placeOrder(teapot, { idempotencyKey: 'order-"7"\\8' });
    expect(received[0]?.headers['idempotency-key']).toBe(String.raw`"order-\"7\"\\8"`);
  });

  it('is not sent again before the gateway wants it', async () => {
    const busy = problem(503, 'overloaded', {}, { 'Retry-After': '1' });
    const { client } = await clientTold(busy, taken);
    const began = performance.now();
    expect(await client.placeOrder(teapot)).toEqual(E.right(placed));
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_000);
  });

  it('is not sent again once the caller has given up', async () => {
    const { client, received } = await clientTold(problem(503, 'overloaded', {}, { 'Retry-After': '20' }));
    const caller = new AbortController();
    const placing = client.placeOrder(teapot, { signal: caller.signal });
    setTimeout(() => caller.abort(new Error('gave up')), 100);
    await expect(placing).rejects.toThrow('gave up');
    expect(received).toHaveLength(1);
  });
});

describe('a problem', () => {
  it('is the answer when the gateway tells it as often as is asked', async () => {
    const { client, received } = await clientTold(problem(503, 'outcome-unknown', { orderId }));
    expect(await client.placeOrder(teapot)).toMatchObject(E.left({ type: '/problems/outcome-unknown', orderId }));
    expect(received).toHaveLength(4);
  });

  it.each([
    ['no attempt can help', problem(422, 'invalid-input')],
    ['the gateway has waited already', problem(504, 'read-model-behind', { position: '5', after: '7' })],
    ['it is to be tried again much later', problem(429, 'too-many-requests', {}, { 'Retry-After': '3600' })],
  ] as const)('is the answer at once when %s', async (_, script) => {
    const { client, received } = await clientTold(script);
    expect(E.isLeft(await client.order(orderId))).toBe(true);
    expect(received).toHaveLength(1);
  });
});

describe('nobody there', () => {
  it('is an error after the last attempt', async () => {
    const { client, received } = await clientTold(hangUp);
    await expect(client.order(orderId)).rejects.toThrow('found none: socket hang up');
    expect(received).toHaveLength(4);
  });
});
