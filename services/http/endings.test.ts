import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import Koa from 'koa';
import { createEndings, type Endings } from './endings.ts';
import { listen, type HttpServer } from './server.ts';

describe('a server that is told to stop', () => {
  const servers: HttpServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map(({ stop }) => stop())));

  /** Every request waits: `/stream` until stopping begins, any other until the grace is over. */
  const serve = async (grace: number) => {
    const endings = createEndings(grace);
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const app = new Koa().use(async ({ path, response }) => {
      arrive();
      await once(path === '/stream' ? endings.stopping : endings.ending, 'abort');
      response.body = 'ended';
    });
    const server = await listen(app, { host: '127.0.0.1', port: 0, stopTimeout: 10_000 });
    servers.push(server);
    return { server, endings, arrived };
  };
  const stop = async ({ begin, done }: Endings, server: HttpServer): Promise<void> => {
    begin();
    await server.stop();
    done();
  };

  it('ends event streams at once', async () => {
    const { server, endings, arrived } = await serve(60_000);
    const answering = fetch(`${server.url}/stream`);
    await arrived;
    const stopped = stop(endings, server);
    expect(await (await answering).text()).toBe('ended');
    await stopped;
  });

  it('lets waits go on for a grace, then has them answered', async () => {
    const { server, endings, arrived } = await serve(300);
    const answering = fetch(`${server.url}/wait`);
    await arrived;
    const before = performance.now();
    const stopped = stop(endings, server);
    expect(await (await answering).text()).toBe('ended');
    expect(performance.now() - before).toBeGreaterThan(250);
    await stopped;
  });

  it('does not sit out a grace that nobody needs', async () => {
    const { server, endings } = await serve(60_000);
    await stop(endings, server);
    expect(endings.ending.aborted).toBe(false);
  });
});
