import { afterEach, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { log } from '../../tests/fixtures/logger.ts';
import { createApp } from './app.ts';
import { listen, type HttpServer } from './server.ts';

const shop = 'https://shop.example';

describe('a page of another origin', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map(({ stop }) => stop())));

  const serve = async (corsOrigins?: ReadonlyArray<string>): Promise<string> => {
    const router = new Router();
    router.get('/orders', (context) => {
      context.body = {};
    });
    const server = await listen(createApp(router, log, { corsOrigins }), { host: '127.0.0.1', port: 0 });
    servers.push(server);
    return server.url;
  };
  const get = (url: string, origin: string, path = '/orders') =>
    fetch(`${url}${path}`, { headers: { Origin: origin } });
  const preflight = (url: string, origin: string, method = 'POST') =>
    fetch(`${url}/orders`, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': method },
    });

  it('may read answers, problems too, when its origin is allowed', async () => {
    const url = await serve(['https://other.example', shop]);
    for (const path of ['/orders', '/nowhere']) {
      const { headers } = await get(url, shop, path);
      expect(headers.get('Access-Control-Allow-Origin')).toBe(shop);
      expect(headers.get('Vary')).toContain('Origin');
    }
  });

  it('may read the headers that answers are used by', async () => {
    const { headers } = await get(await serve([shop]), shop);
    const exposed = headers.get('Access-Control-Expose-Headers')?.split(',');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'Location',
        'Log-Position',
        'ETag',
        'Preference-Applied',
        'Idempotency-Replayed',
        'Retry-After',
        'X-Request-Id',
      ]),
    );
  });

  it('may send what clients send, and is asked seldom', async () => {
    const { status, headers } = await preflight(await serve([shop]), shop);
    expect(status).toBe(204);
    expect(headers.get('Access-Control-Allow-Origin')).toBe(shop);
    expect(headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(headers.get('Access-Control-Allow-Headers')).toMatch(/Authorization.*Idempotency-Key.*Prefer/);
    expect(Number(headers.get('Access-Control-Max-Age'))).toBeGreaterThan(600);
  });

  it('never has the browser send what it keeps, such as cookies', async () => {
    const url = await serve(['*']);
    const answers = [await get(url, shop), await preflight(url, shop)];
    for (const { headers } of answers) {
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
    }
  });

  it.each<[string, ReadonlyArray<string> | undefined]>([
    ['none is allowed', undefined],
    ['others are allowed', ['https://shop.example.evil', 'http://shop.example', 'https://shop.example:8443']],
  ])('may read nothing when %s', async (_, corsOrigins) => {
    const url = await serve(corsOrigins);
    const answers = [await get(url, shop), await preflight(url, shop)];
    for (const { headers } of answers) expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});
