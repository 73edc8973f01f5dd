import { EventEmitter, once } from 'node:events';
import { get, type ClientRequest } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { log } from '../../tests/fixtures/logger.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createApp } from '../http/app.ts';
import { createPlaces } from '../http/places.ts';
import { listen, type HttpServer } from '../http/server.ts';
import { aside, createPatience } from './patience.ts';

describe('the patience of a request', () => {
  const servers: HttpServer[] = [];
  const clients: ClientRequest[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await Promise.all(servers.splice(0).map(({ stop }) => stop()));
  });

  /** `/{seconds}` waits for as long as its patience lasts, or until the test emits `answer`. */
  const serve = async () => {
    const ending = new AbortController();
    const patience = createPatience(ending.signal);
    const waits = createPlaces(10);
    const moments = new EventEmitter();
    const signals: AbortSignal[] = [];
    const router = new Router();
    router.get('/:seconds', async (context) => {
      const signal = patience(context, Number(context.params['seconds']));
      signals.push(signal);
      const ended = signal.aborted ? Promise.resolve() : once(signal, 'abort');
      await aside(context, waits, Promise.race([ended, once(moments, 'answer')]));
      context.status = 204;
    });
    const server = await listen(createApp(router, log), { host: '127.0.0.1', port: 0 });
    servers.push(server);
    return { url: server.url, ending, waits, moments, signals };
  };
  type Waiting = Awaited<ReturnType<typeof serve>>;

  /** A request that waits by now. */
  const ask = async ({ url, waits }: Waiting): Promise<ClientRequest> => {
    const client = get(`${url}/60`);
    client.on('error', () => undefined);
    clients.push(client);
    await until('it waits', () => waits.taken() === 1);
    return client;
  };

  it('lasts for its seconds', async () => {
    const began = performance.now();
    await fetch(`${(await serve()).url}/1`);
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  it('ends when the client goes away, and gives its place to others', async () => {
    const waiting = await serve();
    const client = await ask(waiting);
    expect(waiting.signals[0]?.aborted).toBe(false);
    client.destroy();
    await until('nobody waits', () => waiting.waits.taken() === 0);
    expect(waiting.signals[0]?.aborted).toBe(true);
  });

  it('ends when the gateway must answer, and is over at once for who comes then', async () => {
    const waiting = await serve();
    const answering = once(await ask(waiting), 'response');
    waiting.ending.abort();
    await answering;
    expect((await fetch(`${waiting.url}/60`)).status).toBe(204);
  });

  it('ends when the request is answered, so that nothing is left of it', async () => {
    const waiting = await serve();
    const answering = once(await ask(waiting), 'response');
    waiting.moments.emit('answer');
    await answering;
    await until('its patience is over', () => waiting.signals[0]?.aborted);
    expect(waiting.waits.taken()).toBe(0);
  });
});
