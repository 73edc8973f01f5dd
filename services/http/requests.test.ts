import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { pino } from 'pino';
import { Unavailable } from '../../eventstore/faults.ts';
import { problemOf } from '../../tests/fixtures/http.ts';
import { answering } from './answer.ts';
import { createApp } from './app.ts';
import { listen, type HttpServer } from './server.ts';

describe('every request', () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  let server: HttpServer;
  beforeAll(async () => {
    const router = new Router();
    router.get(
      '/orders/:id',
      answering(() => Promise.resolve({ status: 200, body: {}, about: { orderId: '7' } })),
    );
    router.get('/away', () => Promise.reject(new Unavailable('event store', new Error('connect 10.0.0.7:2113'))));
    router.get('/broken', () => Promise.reject(new Error('secret internals')));
    server = await listen(createApp(router, log), { host: '127.0.0.1', port: 0 });
  });
  beforeEach(() => {
    lines.splice(0);
  });
  afterAll(() => server.stop());

  const requestLine = () => lines.find(({ msg }) => msg === 'request');

  it('has one line in the log, with what its answer was about', async () => {
    await fetch(`${server.url}/orders/7?token=secret`, { headers: { 'X-Request-Id': 'mine-1' } });
    expect(lines).toHaveLength(1);
    expect(requestLine()).toMatchObject({
      requestId: 'mine-1',
      method: 'GET',
      path: '/orders/7',
      status: 200,
      milliseconds: expect.any(Number),
      orderId: '7',
    });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it.each(['mine-1', 'a.B_c-9', 'x'.repeat(128)])('keeps the X-Request-Id "%s"', async (sent) => {
    const answer = await fetch(`${server.url}/orders/7`, { headers: { 'X-Request-Id': sent } });
    expect(answer.headers.get('X-Request-Id')).toBe(sent);
  });

  it.each([undefined, '', 'x'.repeat(129), 'two words', '{"json":1}'])('gives an id instead of "%s"', async (sent) => {
    const headers = sent === undefined ? undefined : { 'X-Request-Id': sent };
    const answer = await fetch(`${server.url}/orders/7`, { headers });
    expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(requestLine()?.['requestId']).toBe(answer.headers.get('X-Request-Id'));
  });

  it('is told what is away, but not where it is', async () => {
    const answer = await fetch(`${server.url}/away`);
    expect(answer.headers.get('Retry-After')).toBe('2');
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({
      status: 503,
      detail: 'The event store does not answer at the moment: send this again in 2 seconds',
    });
    expect(JSON.stringify(lines)).toContain('connect 10.0.0.7:2113');
  });

  it('is told nothing about what went wrong inside; the log is, under its id', async () => {
    const answer = await fetch(`${server.url}/broken`);
    const problem = await problemOf(answer);
    expect(problem).toMatchObject({ type: '/problems/internal', status: 500 });
    expect(JSON.stringify(problem)).not.toContain('secret');
    const failed = lines.find(({ msg }) => msg === 'a request failed');
    expect(failed).toMatchObject({
      requestId: answer.headers.get('X-Request-Id'),
      err: { message: 'secret internals' },
    });
  });

  it('is told when there is nothing at its path', async () => {
    expect((await problemOf(await fetch(`${server.url}/nowhere`))).type).toBe('/problems/unknown-path');
  });
});
