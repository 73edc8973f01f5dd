import * as E from 'fp-ts/lib/Either.js';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from './client.ts';

const orderId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';
const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };

describe('the client', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** A client of a server that answers everything like this. */
  const clientTold = async (status: number, body: string, type = 'application/json') => {
    const requests: string[] = [];
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      if (status !== 0) response.writeHead(status, { 'Content-Type': type }).end(body);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { requests, client: createClient({ url, token: 'token', timeout: 300 }) };
  };

  it('answers with what the gateway told', async () => {
    const placed = { orderId, status: 'Requested', position: '18446744073709551615' };
    const { client, requests } = await clientTold(202, JSON.stringify(placed));
    expect(await client.placeOrder(order)).toEqual(E.right(placed));
    expect(requests).toEqual(['POST /orders Bearer token']);
  });

  it('answers with the problem that the gateway told, as a value', async () => {
    const errors = [{ pointer: '/currency', detail: 'must be a currency' }];
    const problem = { type: '/problems/invalid-input', title: 'Wrong', status: 422, detail: 'See errors', errors };
    const { client } = await clientTold(422, JSON.stringify(problem), 'application/problem+json');
    expect(await client.placeOrder(order)).toEqual(E.left(problem));
  });

  it('puts names into paths so that they stay one name', async () => {
    const { client, requests } = await clientTold(200, JSON.stringify({ currency: 'EUR', balance: 0 }));
    await client.wallet('../EUR?x');
    expect(requests).toEqual(['GET /wallets/..%2FEUR%3Fx Bearer token']);
  });

  it('rejects what it cannot understand, and says what it expected', async () => {
    const { client } = await clientTold(200, JSON.stringify({ currency: 'EUR', balance: -1 }));
    await expect(client.wallet('EUR')).rejects.toThrow('Expected an answer to GET /wallets/EUR');
  });

  it('rejects when no answer comes in time', async () => {
    const { client } = await clientTold(0, '');
    await expect(client.order(orderId)).rejects.toThrow('timeout');
  });
});
