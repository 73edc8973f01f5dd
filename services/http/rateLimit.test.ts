import { afterEach, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { log } from '../../tests/fixtures/logger.ts';
import { problemOf } from '../../tests/fixtures/http.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createApp } from './app.ts';
import { healthRoutes } from './health.ts';
import { createRateLimit, type RateLimitOptions } from './rateLimit.ts';
import { listen, type HttpServer } from './server.ts';

describe('a rate limit', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map(({ stop }) => stop())));

  /** Whoever says who they are is believed; whoever does not is refused. */
  const serve = async (options: Partial<RateLimitOptions> = {}, proxies = 0) => {
    const rateLimit = createRateLimit({ perUser: 3, perAddress: 2, window: 1, ...options });
    const handled: string[] = [];
    const router = new Router();
    router.use(healthRoutes(() => ({})).routes());
    router.post('/orders', async (context) => {
      const user = context.get('Authorization');
      if (user === '') context.throw(401);
      if (!(await rateLimit.admitsUser(context, user))) return;
      handled.push(user);
      context.status = 204;
    });
    router.get('/docs', (context) => {
      handled.push('docs');
      context.set('ETag', '"docs"');
      context.body = 'read me';
    });
    const app = createApp(router, log, { proxies, limits: [rateLimit.limitsStrangers] });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    servers.push(server);
    const order = (user: string) => fetch(`${server.url}/orders`, { method: 'POST', headers: { Authorization: user } });
    const read = (from = '') => fetch(`${server.url}/docs`, { headers: { 'X-Forwarded-For': from } });
    return { url: server.url, handled, order, read };
  };
  const statuses = async (count: number, ask: () => Promise<Response>): Promise<number[]> =>
    Promise.all(Array.from({ length: count }, async () => (await ask()).status));
  const times = (status: number, count: number): number[] => Array.from({ length: count }, () => status);

  it('turns a user away who asks too often, before anything is done, and says when to come back', async () => {
    const { handled, order } = await serve({ window: 60 });
    expect(await statuses(3, () => order('alice'))).toEqual(times(204, 3));
    const answer = await order('alice');
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(50);
    expect(Number(answer.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    expect(handled).toHaveLength(3);
  });

  it('lets everybody else go on', async () => {
    const { order } = await serve();
    await statuses(9, () => order('alice'));
    expect((await order('bob')).status).toBe(204);
  });

  it('answers again as soon as it said', async () => {
    const { order } = await serve();
    await statuses(9, () => order('alice'));
    await until('alice is answered again', async () => (await order('alice')).status === 204, 3_000);
  });

  it('tells in every answer how many requests are left, and for how long', async () => {
    const { order } = await serve({ window: 60 });
    const { headers } = await order('alice');
    expect(headers.get('RateLimit-Policy')).toBe('"user";q=3;w=60');
    expect(headers.get('RateLimit')).toBe('"user";r=2;t=60');
  });

  it('counts requests that name no user by their address, refused or not, together', async () => {
    const { url, order, read } = await serve();
    expect((await order('')).status).not.toBe(429);
    expect((await read()).status).toBe(200);
    const refused = [await order(''), await read(), await fetch(`${url}/nowhere`)];
    expect(refused.map(({ status }) => status)).toEqual(times(429, 3));
    for (const { headers } of refused) {
      expect([headers.get('ETag'), headers.get('Content-Type')]).toEqual([null, 'application/problem+json']);
      expect(headers.get('X-Request-Id')).not.toBeNull();
    }
    expect((await order('alice')).status).toBe(204);
  });

  it('does nothing for a stranger who asks too often', async () => {
    const { handled, read } = await serve();
    await statuses(9, () => read());
    expect(handled).toEqual(['docs', 'docs']);
  });

  it('never keeps anybody from asking for health', async () => {
    const { url, read } = await serve();
    await statuses(9, () => read());
    expect(await statuses(9, () => fetch(`${url}/health/ready`))).toEqual(times(200, 9));
  });

  it('believes X-Forwarded-For of as many proxies as it was told, and of no more', async () => {
    const direct = await serve();
    await statuses(9, () => direct.read('192.0.2.1'));
    expect((await direct.read('192.0.2.2')).status).toBe(429);
    const proxied = await serve({}, 1);
    await statuses(9, () => proxied.read('192.0.2.1'));
    expect((await proxied.read('192.0.2.2')).status).toBe(200);
    expect((await proxied.read('192.0.2.3, 192.0.2.1')).status).toBe(429);
  });

  it.each([
    ['one network of IPv6', '2001:db8:1:2::5', '2001:db8:1:2:ffff::9', 429],
    ['another network of IPv6', '2001:db8:1:2::5', '2001:db8:1:3::5', 200],
    ['IPv4, also written as IPv6', '192.0.2.1', '::ffff:192.0.2.1', 429],
    ['what is no address', 'unknown', 'unknown', 429],
  ])('counts %s together: %s and %s', async (_, first, second, status) => {
    const { read } = await serve({}, 1);
    await statuses(9, () => read(first));
    expect((await read(second)).status).toBe(status);
  });

  it('rests on a library that keeps nothing of anybody whose window is over', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 1 });
    await Promise.all(Array.from({ length: 1_000 }, (_, user) => limiter.consume(user)));
    expect(limiter.dump().storage).toHaveLength(1_000);
    await until('all are forgotten', () => limiter.dump().storage.length === 0);
  });
});
