import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { problemOf, sender } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';
import { until } from '../../tests/fixtures/until.ts';
import type { GatewayDependencies } from './gateway.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };

describe('a gateway', () => {
  const gateways: TestGateway[] = [];
  afterEach(() => Promise.all(gateways.splice(0).map(({ stop }) => stop())));

  const start = async (changes: Partial<GatewayDependencies>): Promise<TestGateway> => {
    // On a machine that has more to do, tests must not take lateness for what they are about.
    const limits = { eventLoopDelay: 60_000, ...changes.limits };
    const gateway = await startBareGateway({ ...changes, limits });
    gateways.push(gateway);
    return gateway;
  };

  /** An order whose body is still to come, from somebody whose head has arrived. */
  const beginOrder = async (url: string): Promise<ClientRequest> => {
    const headers = { Authorization: `Bearer ${await token('alice', 'client')}`, 'Content-Type': 'application/json' };
    const begun = request(`${url}/orders`, { method: 'POST', headers: { ...headers, Expect: '100-continue' } });
    begun.flushHeaders();
    await once(begun, 'continue');
    return begun;
  };
  const finish = async (begun: ClientRequest): Promise<number | undefined> => {
    begun.end(JSON.stringify(order));
    const [answer] = (await once(begun, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };

  it('turns a user away who asks too often, whichever token is shown, and nobody else', async () => {
    const { url } = await start({ limits: { ratePerUser: 2 } });
    const alice = async () => sender(url, await token('alice', 'client'))('POST', '/orders', order);
    expect((await alice()).status).toBe(202);
    expect((await alice()).status).toBe(202);
    const answer = await alice();
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    const bob = sender(url, await token('bob', 'client'));
    expect((await bob('POST', '/orders', { ...order, userId: 'bob' })).status).toBe(202);
  });

  it('turns whoever guesses tokens away by their address, and still knows users who come from there', async () => {
    const { url } = await start({ limits: { ratePerAddress: 2 } });
    const guess = () => sender(url, 'a guess')('POST', '/orders', order);
    expect([(await guess()).status, (await guess()).status]).toEqual([401, 401]);
    expect((await problemOf(await guess())).type).toBe('/problems/too-many-requests');
    expect((await sender(url, await token('alice', 'client'))('POST', '/orders', order)).status).toBe(202);
    expect((await fetch(`${url}/health/live`)).status).toBe(204);
  });

  it('answers 503 early when as many requests are at work as may be, and takes orders again when one is done', async () => {
    const { url } = await start({ limits: { requests: 1 } });
    const begun = await beginOrder(url);
    const send = sender(url, await token('bob', 'client'));
    const answer = await send('POST', '/orders', { ...order, userId: 'bob' });
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/overloaded', status: 503 });
    expect((await fetch(`${url}/health/live`)).status).toBe(204);
    expect(await finish(begun)).toBe(202);
    expect((await send('POST', '/orders', { ...order, userId: 'bob' })).status).toBe(202);
  });

  it('lets one user have as many requests open as may be, even if their bodies never come, and answers everybody else', async () => {
    const { url } = await start({ limits: { requestsPerUser: 1 } });
    const begun = await beginOrder(url);
    const alice = sender(url, await token('alice', 'client'));
    const answer = await alice('POST', '/orders', order, { Prefer: 'wait=30' });
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    const bob = sender(url, await token('bob', 'client'));
    expect((await bob('POST', '/orders', { ...order, userId: 'bob' })).status).toBe(202);
    expect(await finish(begun)).toBe(202);
    expect((await alice('POST', '/orders', order)).status).toBe(202);
  });

  it('lets the pages of the configured origins in, and asks no token of a preflight', async () => {
    const { url } = await start({ corsOrigins: ['https://shop.example'] });
    const headers = { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await fetch(`${url}/orders`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('https://shop.example');
  });

  it('finishes what it has begun when it is told to stop, and takes nothing new', async () => {
    const gateway = await startBareGateway({ stopTimeout: 20_000 });
    const begun = await beginOrder(gateway.url);
    const stopped = gateway.stop();
    await until('nobody is let in', () =>
      fetch(`${gateway.url}/health/live`).then(
        () => false,
        () => true,
      ),
    );
    expect(await finish(begun)).toBe(202);
    await stopped;
  });

  it('cuts what does not end in the time there is to stop', async () => {
    const gateway = await startBareGateway({ stopTimeout: 500 });
    const begun = await beginOrder(gateway.url);
    const cut = once(begun, 'error');
    await gateway.stop();
    expect((await cut)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('lets one user have as many event streams open as may be', async () => {
    const { url } = await start({ limits: { streamsPerUser: 1 } });
    const alice = sender(url, await token('alice', 'client'));
    const place = await alice('POST', '/orders', order);
    const watch = () => alice('GET', `${place.headers.get('Location')}/events`);
    const watching = await watch();
    expect(watching.status).toBe(200);
    expect((await problemOf(await watch())).type).toBe('/problems/too-many-requests');
    await watching.body?.cancel();
    await until('there is a place again', async () => {
      const { status, body } = await watch();
      await body?.cancel();
      return status === 200;
    });
  });

  it('ends event streams at once when it is told to stop, and answers waits when half the time is over', async () => {
    const stopTimeout = 2_000;
    const gateway = await startBareGateway({ stopTimeout });
    const alice = sender(gateway.url, await token('alice', 'client'));
    const place = await alice('POST', '/orders', order);
    const watching = await alice('GET', `${place.headers.get('Location')}/events`);
    const waiting = alice('POST', '/orders', order, { Prefer: 'wait=30' });
    await until('the second order is in the log', async () => (await wholeLog(gateway.store)).length === 2);
    const before = performance.now();
    const stopped = gateway.stop();
    expect(await watching.text()).toContain('retry: ');
    expect(performance.now() - before).toBeLessThan(stopTimeout / 2);
    expect((await waiting).status).toBe(202);
    expect(performance.now() - before).toBeGreaterThan(stopTimeout / 2 - 50);
    await stopped;
  });
});
