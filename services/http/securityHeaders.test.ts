import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { log } from '../../tests/fixtures/logger.ts';
import { createApp } from './app.ts';
import { listen, type HttpServer } from './server.ts';

describe('every answer', () => {
  let server: HttpServer;
  beforeAll(async () => {
    const router = new Router();
    router.get('/page', (context) => {
      context.body = '<!doctype html>';
    });
    router.get('/broken', () => Promise.reject(new Error('broken')));
    server = await listen(createApp(router, log), { host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.stop());

  it.each(['/page', '/nowhere', '/broken'])(
    'to GET %s lets a browser run, load and frame nothing foreign',
    async (path) => {
      const { headers } = await fetch(`${server.url}${path}`);
      const directives = headers.get('Content-Security-Policy')?.split(';') ?? [];
      expect(directives).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ]),
      );
      expect(directives.join()).not.toMatch(/unsafe|data:|http|\*/);
    },
  );

  it('is taken for what it says it is, tells nobody where a link was found, and insists on HTTPS where it was used', async () => {
    const { headers } = await fetch(`${server.url}/page`);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('X-Frame-Options')).toBe('DENY');
    expect(headers.get('Strict-Transport-Security')).toMatch(/^max-age=\d{8,}/);
    expect(headers.get('X-Powered-By')).toBeNull();
  });
});
