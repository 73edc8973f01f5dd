import { afterEach, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { granted } from '../tests/fixtures/granted.ts';
import { createClient, type NewOrder } from './client.ts';
import type { ClientOptions } from './options.ts';
import { json, problem, startScripted, type Script, type ScriptedServer } from './testing.ts';

const orderId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';
const teapot: NewOrder = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };
const placed = { orderId, status: 'Requested', position: '18446744073709551615' };
const wallet = { currency: 'EUR', balance: 0 };

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** A client of a server that answers like this, and what that server received. */
const clientTold = async (scripts: readonly [Script, ...Script[]], options: Partial<ClientOptions> = {}) => {
  server = await startScripted(...scripts);
  const { url, received } = server;
  return { received, client: createClient({ url, token: 'token', retries: 0, ...options }) };
};

describe('an answer', () => {
  it('is what the gateway told', async () => {
    const { client, received } = await clientTold([json(202, placed)]);
    expect(await client.placeOrder(teapot)).toEqual(E.right(placed));
    expect(received).toMatchObject([
      { line: 'POST /orders', headers: { authorization: 'Bearer token' }, body: JSON.stringify(teapot) },
    ]);
  });

  it('is the problem that the gateway told, as a value, with the ids of what it is about', async () => {
    const errors = [{ pointer: '/currency', detail: 'must be a currency' }];
    const { client } = await clientTold([problem(422, 'invalid-input', { errors, orderId })]);
    expect(await client.placeOrder(teapot)).toMatchObject(E.left({ type: '/problems/invalid-input', errors, orderId }));
  });

  it('is an error that says what was expected and found when it is not as agreed', async () => {
    const { client } = await clientTold([json(200, { ...wallet, balance: -1 })]);
    const found = 'Expected the answer to GET /wallets/EUR as agreed, found one whose /balance must be a whole number';
    await expect(client.wallet('EUR')).rejects.toThrow(found);
  });

  it.each([
    ['a status that nobody agreed on', json(201, wallet), 'Expected 200 or a problem as the answer'],
    ['no JSON', (response) => response.writeHead(200).end('<html>'), 'found 200 no type "<html>"'],
    ['a redirect', (response) => response.writeHead(302, { Location: '/login' }).end(), 'found 302'],
    ['no problem', json(404, {}, { 'Content-Type': 'application/problem+json' }), 'whose /type must be a text'],
  ] as ReadonlyArray<readonly [string, Script, string]>)('is an error when it is %s', async (_, script, message) => {
    const { client } = await clientTold([script]);
    await expect(client.wallet('EUR')).rejects.toThrow(message);
  });

  it('is an error when none comes in time', async () => {
    const { client } = await clientTold([() => undefined], { timeout: 200 });
    const none = `Expected an answer to GET /orders/${orderId}, found none: Timeout`;
    await expect(client.order(orderId)).rejects.toThrow(none);
  });

  it('is the reason of whoever gave up waiting for it', async () => {
    const { client } = await clientTold([() => undefined]);
    const reason = new Error('the user went away');
    const asked = client.wallet('EUR', { signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toBe(reason);
  });
});

describe('a request', () => {
  it('keeps each name in a path one name, below the path of the gateway', async () => {
    const { client, received } = await clientTold([json(200, wallet)]);
    const below = createClient({ url: `${server?.url}/shop/`, token: 'token' });
    await client.wallet('../EUR?x');
    await below.wallet('EUR');
    expect(received.map(({ line }) => line)).toEqual(['GET /wallets/..%2FEUR%3Fx', 'GET /shop/wallets/EUR']);
  });

  it('asks for a token each time where a function gives it', async () => {
    const tokens = ['first', 'second'];
    const token = () => Promise.resolve(tokens.shift() ?? 'none');
    const { client, received } = await clientTold([json(200, wallet)], { token });
    await client.wallet('EUR');
    await client.wallet('EUR');
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  it('says how long the gateway may wait, and is patient itself for as long', async () => {
    const late: Script = (response, request) => setTimeout(() => json(202, placed)(response, request), 300);
    const { client, received } = await clientTold([late], { timeout: 200 });
    expect(await client.placeOrder(teapot, { wait: 1 })).toEqual(E.right(placed));
    expect(received[0]?.headers['prefer']).toBe('wait=1');
  });
});

describe('reads', () => {
  const at = (position: string) => json(200, wallet, { 'Log-Position': position });
  const afterOf = (line: string): string | null =>
    new URL(line.slice('GET '.length), 'http://x').searchParams.get('after');

  it('ask for at least the newest position that this client has seen', async () => {
    const { client, received } = await clientTold([at('9'), at('18446744073709551615'), at('10')]);
    for (let times = 0; times < 4; times += 1) await client.wallet('EUR');
    const newest = '18446744073709551615';
    expect(received.map(({ line }) => afterOf(line))).toEqual([null, '9', newest, newest]);
    expect(client.position()).toBe(newest);
  });

  it('ask for the position that they are told to', async () => {
    const { client, received } = await clientTold([at('9')]);
    await client.wallet('EUR');
    await client.wallet('EUR', { after: '7', wait: 2 });
    expect(received[1]).toMatchObject({ line: 'GET /wallets/EUR?after=7', headers: { prefer: 'wait=2' } });
  });

  it('ask for no position where nobody wants that', async () => {
    const { client, received } = await clientTold([at('9')], { readsOwnWrites: false });
    await client.wallet('EUR');
    await client.wallet('EUR');
    expect(received.map(({ line }) => line)).toEqual(['GET /wallets/EUR', 'GET /wallets/EUR']);
  });
});

describe('lists', () => {
  const operation = (n: number) => ({
    kind: 'Deposit',
    operationId: orderId.replace(/^./, String(n)),
    amount: n,
    balance: n,
    at: '2026-01-01T12:00:00.000Z',
    depositId: orderId,
  });

  it('go through all pages, asking for each when the one before is used up', async () => {
    const pages: [Script, Script] = [
      json(200, { operations: [operation(1), operation(2)], next: 'c2' }),
      json(200, { operations: [operation(3)] }),
    ];
    const { client, received } = await clientTold(pages);
    const seen: unknown[] = [];
    for await (const each of client.operations('EUR', { pageSize: 2 })) {
      seen.push([granted(each).amount, received.length]);
    }
    expect(seen).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(received.map(({ line }) => line)).toEqual([
      'GET /wallets/EUR/operations?limit=2',
      'GET /wallets/EUR/operations?limit=2&cursor=c2',
    ]);
  });

  it('end with the problem that a page tells', async () => {
    const page = json(200, { operations: [operation(1)], next: 'c2' });
    const { client } = await clientTold([page, problem(400, 'invalid-query')]);
    const seen: unknown[] = [];
    for await (const each of client.operations('EUR')) seen.push(each._tag);
    expect(seen).toEqual(['Right', 'Left']);
  });
});
