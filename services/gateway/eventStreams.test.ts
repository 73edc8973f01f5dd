import { EventEmitter, on, once } from 'node:events';
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import Router from '@koa/router';
import { log } from '../../tests/fixtures/logger.ts';
import { problemOf } from '../../tests/fixtures/http.ts';
import { until } from '../../tests/fixtures/until.ts';
import { answering } from '../http/answer.ts';
import { createApp } from '../http/app.ts';
import { listen, type HttpServer } from '../http/server.ts';
import { createEventStreams, type EventStreamSettings } from './eventStreams.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { ServerSentEvent } from './sse.ts';

const settings: EventStreamSettings = { heartbeat: 50, retry: 2_000, longest: 60_000 };

describe('event streams', () => {
  const servers: HttpServer[] = [];
  const clients: ClientRequest[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await Promise.all(servers.splice(0).map(({ stop }) => stop()));
  });

  /** `/{userId}` tells what the test emits, `/{userId}/endless` as much as the client takes. */
  const serve = async (changes: Partial<EventStreamSettings & Limits> = {}, silenceTimeout = 60_000) => {
    const news = new EventEmitter().setMaxListeners(0);
    const stopping = new AbortController();
    const streams = createEventStreams({ ...settings, ...changes }, { ...defaultLimits, ...changes }, stopping.signal);
    const told = { open: 0, bytes: 0 };
    async function* live(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      told.open += 1;
      try {
        for await (const [event] of on(news, 'event', { signal })) yield event as ServerSentEvent;
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        told.open -= 1;
      }
    }
    async function* endless(): AsyncGenerator<ServerSentEvent> {
      for (let id = 1; ; id += 1) {
        yield await Promise.resolve({ id: String(id), type: 'Big', data: { text: '.'.repeat(65_536) } });
        told.bytes += 65_536;
      }
    }
    const router = new Router();
    router.get(
      '/:userId',
      answering(({ params: { userId = '' } }) => Promise.resolve(streams.open({ userId, after: 7n, events: live }))),
    );
    router.get(
      '/:userId/endless',
      answering(({ params: { userId = '' } }) =>
        Promise.resolve(streams.open({ userId, after: undefined, events: endless })),
      ),
    );
    const server = await listen(createApp(router, log), {
      host: '127.0.0.1',
      port: 0,
      silenceTimeout,
      stopTimeout: 5_000,
    });
    servers.push(server);
    return {
      url: server.url,
      streams,
      told,
      stop: () => stopping.abort(),
      tell: (event: ServerSentEvent) => news.emit('event', event),
    };
  };

  /** Opens a stream; what has come of it is in `text`. */
  const watch = async (url: string) => {
    const request = get(url);
    request.on('error', () => undefined);
    clients.push(request);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const watched = { answer, text: '', ended: false, leave: () => request.destroy() };
    answer.setEncoding('utf8').on('data', (part: string) => (watched.text += part));
    answer.on('error', () => undefined).on('end', () => (watched.ended = true));
    return watched;
  };

  it('tell each event with its id, and how to resume, even before there was any', async () => {
    const { url, tell } = await serve();
    const { answer, ...watched } = await watch(`${url}/alice`);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    expect(answer.headers['log-position']).toBe('7');
    const client = await watch(`${url}/alice`);
    await until('it has begun', () => client.text.startsWith('retry: 2000\nid: 7\n\n'));
    tell({ id: '8', type: 'OrderPaid', data: { orderId: 'a\nb' } });
    await until('it is told', () => client.text.includes('id: 8\nevent: OrderPaid\ndata: {"orderId":"a\\nb"}\n\n'));
    watched.leave();
  });

  it('show that they are alive while nothing happens, and are left alone by the server then', async () => {
    const { url, told } = await serve({}, 300);
    const client = await watch(`${url}/alice`);
    await until('there were ten signs of life', () => client.text.split(': alive\n\n').length > 10);
    expect(client.ended).toBe(false);
    expect(told.open).toBe(1);
  });

  it('hold little for a client that never reads, and cut it after two heartbeats', async () => {
    const { url, told, streams } = await serve({ heartbeat: 200 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.write('GET /alice/endless HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('it is told something', () => told.bytes > 0);
    await until('it is cut', () => streams.count() === 0);
    // What the network itself holds is some megabytes on one machine.
    expect(told.bytes).toBeLessThan(32 * 2 ** 20);
    socket.destroy();
  });

  it('go on for a client that reads again before two heartbeats are over', async () => {
    const { url, told, streams } = await serve({ heartbeat: 1_000 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause();
    socket.write('GET /alice/endless HTTP/1.1\r\nHost: a\r\n\r\n');
    for (let round = 0; round < 3; round += 1) {
      // Nothing more is told: all that is between them is full.
      let before = -1;
      await until('it is stuck', () => {
        const isStuck = told.bytes === before;
        before = told.bytes;
        return isStuck && before > 0;
      });
      socket.resume();
      await until('it is told more', () => told.bytes > before);
      socket.pause();
    }
    expect(streams.count()).toBe(1);
    socket.destroy();
  });

  it('are bounded for each user, and a place is free again when one is left', async () => {
    const { url, streams } = await serve({ streamsPerUser: 2 });
    const first = await watch(`${url}/alice`);
    await watch(`${url}/alice`);
    const answer = await fetch(`${url}/alice`);
    expect(answer.headers.get('Retry-After')).toBe('10');
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    expect((await watch(`${url}/bob`)).answer.statusCode).toBe(200);
    first.leave();
    await until('it has left', () => streams.count() === 2);
    expect((await watch(`${url}/alice`)).answer.statusCode).toBe(200);
  });

  it('are bounded for all together', async () => {
    const { url } = await serve({ streams: 2 });
    await watch(`${url}/alice`);
    await watch(`${url}/bob`);
    const answer = await fetch(`${url}/carol`);
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/overloaded', status: 503 });
  });

  it('end in good order when their time is over', async () => {
    const { url, streams } = await serve({ longest: 100 });
    const client = await watch(`${url}/alice`);
    await until('it has ended', () => client.ended);
    expect(client.answer.complete).toBe(true);
    expect(streams.count()).toBe(0);
  });

  it('end at once when the gateway stops, those that are only just asked for as well', async () => {
    const { url, streams, stop } = await serve();
    const client = await watch(`${url}/alice`);
    stop();
    await until('it has ended', () => client.ended);
    const late = await watch(`${url}/bob`);
    await until('the late one has ended', () => late.ended);
    expect(streams.count()).toBe(0);
  });

  it('are not opened for whoever asks for the head only', async () => {
    const { url, streams, told } = await serve();
    const answer = await fetch(`${url}/alice`, { method: 'HEAD' });
    expect(answer.headers.get('Content-Type')).toBe('text/event-stream');
    await until('nothing is open', () => streams.count() === 0 && told.open === 0);
  });

  it('leave nothing behind when thousands come and go', async () => {
    const { url, streams, told, tell } = await serve({ streamsPerUser: 2_000, heartbeat: 10_000 });
    const sockets = Array.from({ length: 2_000 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    let heard = 0;
    for (const socket of sockets) {
      socket.on('data', (bytes) => (heard += bytes.includes('event: OrderPaid') ? 1 : 0));
      socket.write('GET /alice HTTP/1.1\r\nHost: a\r\n\r\n');
    }
    await until('all are open', () => told.open === 2_000, 60_000);
    tell({ id: '8', type: 'OrderPaid', data: {} });
    await until('all have heard', () => heard === 2_000, 60_000);
    for (const socket of sockets) socket.destroy();
    await until('nothing is open', () => streams.count() === 0 && told.open === 0, 60_000);
  }, 120_000);
});
