import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { log } from '../../tests/fixtures/logger.ts';
import { problemOf } from '../../tests/fixtures/http.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createApp } from './app.ts';
import { watchEventLoop } from './eventLoop.ts';
import { healthRoutes } from './health.ts';
import { standAside, turnsAway } from './overload.ts';
import { createPlaces } from './places.ts';
import { listen, type HttpServer } from './server.ts';

describe('a server with more to do than it can', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map(({ stop }) => stop())));

  /** `/work` and `/wait` are answered when the test says so. */
  const serve = async (most: { work?: number; waits?: number; isLate?: () => boolean } = {}) => {
    const moments = new EventEmitter().setMaxListeners(0);
    const finish = () => moments.emit('finish');
    const atWork = createPlaces(most.work ?? 2);
    const waits = createPlaces(most.waits ?? 2);
    const router = new Router();
    router.use(healthRoutes(() => ({})).routes());
    router.get('/work', async (context) => {
      await once(moments, 'finish');
      context.status = 204;
    });
    router.get('/wait', async (context) => {
      const leave = standAside(context, waits);
      context.status = leave === undefined ? 202 : 204;
      if (leave === undefined) return;
      await once(moments, 'finish');
      leave();
    });
    router.get('/broken', () => Promise.reject(new Error('broken')));
    const app = createApp(router, log, { limits: [turnsAway({ atWork, isLate: most.isLate ?? (() => false) })] });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    servers.push(server);
    const ask = (path: string) => fetch(`${server.url}${path}`);
    const busy = async (path: string, count: number, { taken }: typeof atWork) => {
      const answers = Array.from({ length: count }, () => ask(path));
      await until(`${count} requests are there`, () => taken() === count);
      return answers;
    };
    const statusesOf = async (answers: ReadonlyArray<Promise<Response>>) =>
      (await Promise.all(answers)).map(({ status }) => status);
    return { ask, busy, finish, statusesOf, atWork, waits };
  };

  it('turns away at once what it cannot begin, says when to come back, and finishes what it has begun', async () => {
    const { ask, busy, finish, statusesOf, atWork } = await serve();
    const begun = await busy('/work', 2, atWork);
    const answer = await ask('/work');
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/overloaded', status: 503 });
    finish();
    expect(await statusesOf(begun)).toEqual([204, 204]);
    expect(atWork.taken()).toBe(0);
  });

  it('tells its health all the same', async () => {
    const { ask, busy, finish, statusesOf, atWork } = await serve();
    const begun = await busy('/work', 2, atWork);
    expect((await ask('/health/live')).status).toBe(204);
    finish();
    await statusesOf(begun);
  });

  it('counts requests that only wait apart, up to a bound of their own', async () => {
    const { ask, busy, finish, statusesOf, atWork, waits } = await serve();
    const waiting = await busy('/wait', 2, waits);
    expect(atWork.taken()).toBe(0);
    expect((await ask('/wait')).status).toBe(202);
    const begun = await busy('/work', 2, atWork);
    expect((await ask('/wait')).status).toBe(503);
    finish();
    expect(await statusesOf([...waiting, ...begun])).toEqual([204, 204, 204, 204]);
    expect([atWork.taken(), waits.taken()]).toEqual([0, 0]);
  });

  it('tells a problem when a limit itself fails', async () => {
    const app = createApp(new Router(), log, { limits: [() => Promise.reject(new Error('broken'))] });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    servers.push(server);
    expect((await problemOf(await fetch(server.url))).type).toBe('/problems/internal');
  });

  it('keeps no place for a request that failed', async () => {
    const { ask, atWork } = await serve();
    for (let i = 0; i < 5; i += 1) expect((await ask('/broken')).status).toBe(500);
    expect(atWork.taken()).toBe(0);
  });

  it('turns everything away while nothing is done in time, and nothing once it is again', async () => {
    const eventLoop = watchEventLoop({ limit: 30, every: 100 });
    const { ask } = await serve({ isLate: eventLoop.isLate });
    expect((await ask('/nowhere')).status).toBe(404);
    let isBusy = true;
    const keepBusy = (): void => {
      const end = performance.now() + 60;
      while (performance.now() < end);
      if (isBusy) setImmediate(keepBusy);
    };
    keepBusy();
    await until('it is too late for new requests', async () => (await ask('/nowhere')).status === 503);
    isBusy = false;
    await until('there is time again', async () => (await ask('/nowhere')).status === 404);
    eventLoop.stop();
  });

  it('minds long pauses, however much is done between them', async () => {
    const eventLoop = watchEventLoop({ limit: 60, every: 400 });
    const pausing = setInterval(() => {
      const end = performance.now() + 150;
      while (performance.now() < end);
    }, 200);
    await until('it is late', eventLoop.isLate);
    clearInterval(pausing);
    eventLoop.stop();
  });

  it('does not mind a single pause', async () => {
    const eventLoop = watchEventLoop({ limit: 100, every: 500 });
    const { ask } = await serve({ isLate: eventLoop.isLate });
    const looks: number[] = [];
    const looking = setInterval(() => looks.push(eventLoop.delay()), 10);
    const end = performance.now() + 150;
    while (performance.now() < end);
    await until('the pause has been looked at', () => new Set(looks).size > 1);
    clearInterval(looking);
    expect((await ask('/nowhere')).status).toBe(404);
    eventLoop.stop();
  });
});
