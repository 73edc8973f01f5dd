import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';

describe('lists that are asked for wrongly', () => {
  let gateway: TestGateway;
  let send: Send;
  beforeAll(async () => {
    gateway = await startBareGateway();
    send = sender(gateway.url, await token('alice', 'client'));
  });
  afterAll(() => gateway.stop());

  const limit = 'must be a whole number from 1 to 100';
  const status = 'must be one of Requested, Pending, Paid, Cancelled';
  const cursor = 'must be what a page of this list told as next';
  const encoded = (text: string): string => Buffer.from(text).toString('base64url');

  it.each([
    ['/orders?limit=0', { '/limit': limit }],
    ['/orders?limit=101', { '/limit': limit }],
    ['/orders?limit=1.5', { '/limit': limit }],
    ['/orders?limit=', { '/limit': limit }],
    ['/orders?limit=1&limit=2', { '/limit': limit }],
    ['/orders?status=paid', { '/status': status }],
    ['/orders?status=', { '/status': status }],
    ['/orders?status=Paid&status=Pending', { '/status': status }],
    ['/orders?cursor=', { '/cursor': cursor }],
    ['/orders?cursor=nonsense', { '/cursor': cursor }],
    [`/orders?cursor=${encoded('orders:1')}=`, { '/cursor': cursor }],
    [`/orders?cursor=${encoded('orders:01')}`, { '/cursor': cursor }],
    [`/orders?cursor=${encoded('orders:-1')}`, { '/cursor': cursor }],
    [`/orders?cursor=${encoded('operations:1')}`, { '/cursor': cursor }],
    ['/wallets/EUR/operations?limit=x&cursor=x', { '/limit': limit, '/cursor': cursor }],
  ])('answer 400 to %s with every fault', async (path, faults) => {
    const problem = await problemOf(await send('GET', path));
    expect(problem).toMatchObject({ type: '/problems/invalid-query', status: 400 });
    expect(Object.fromEntries(problem.errors?.map((fault) => [fault.pointer, fault.detail]) ?? [])).toEqual(faults);
  });

  it('say what they do not know, and what they do', async () => {
    const problem = await problemOf(await send('GET', '/orders?colour=blue&aftr=1&limit=1'));
    expect(problem).toMatchObject({
      type: '/problems/invalid-query',
      detail: 'Known in the query here: status, limit, cursor, after',
      errors: ['/colour', '/aftr'].map((pointer) => ({ pointer, detail: 'is not known here: leave it out' })),
    });
  });
});
