import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import Koa from 'koa';
import { listen, type HttpServer, type ListenOptions } from './server.ts';

/** An application whose requests are answered when the test says so. */
const createSlowApp = () => {
  const moments = new EventEmitter();
  const arrived = once(moments, 'arrived');
  const finished = once(moments, 'finish');
  const app = new Koa().use(async (context) => {
    moments.emit('arrived');
    await finished;
    context.body = 'done';
  });
  return { app, arrived, finish: () => moments.emit('finish') };
};

describe('an HTTP server', () => {
  const servers: HttpServer[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map(({ stop }) => stop()));
  });

  const serve = async (app: Koa, options: Partial<ListenOptions> = {}): Promise<HttpServer> => {
    const server = await listen(app, { host: '127.0.0.1', port: 0, stopTimeout: 500, ...options });
    servers.push(server);
    return server;
  };
  const dial = async ({ url }: HttpServer): Promise<Socket> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const received = async (socket: Socket): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };

  it('lets an open request finish when it stops, and then ends the kept-alive connection at once', async () => {
    const { app, arrived, finish } = createSlowApp();
    const server = await serve(app, { stopTimeout: 60_000 });
    const socket = await dial(server);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    const stopped = server.stop();
    finish();
    expect(await received(socket)).toMatch(/^HTTP\/1.1 200 [^]*Connection: close[^]*done$/);
    await stopped;
  });

  it('cuts what is left after its time: half-sent requests, silent connections, requests without an end', async () => {
    const { app, arrived } = createSlowApp();
    const server = await serve(app, { stopTimeout: 300 });
    const [silent, half, endless] = [await dial(server), await dial(server), await dial(server)];
    half.write('GET / HTTP/1.1\r\nHost');
    endless.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    const closed = [silent, half, endless].map((socket) => once(socket.resume(), 'close'));
    const before = performance.now();
    await server.stop();
    expect(performance.now() - before).toBeGreaterThan(250);
    await Promise.all(closed);
  });

  it('takes nobody in once it stops, and stops once however often it is told', async () => {
    const server = await serve(new Koa());
    await Promise.all([server.stop(), server.stop()]);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('says what to do about a taken port', async () => {
    const { url } = await serve(new Koa());
    const port = Number(new URL(url).port);
    await expect(serve(new Koa(), { port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another port (0: a free one)`,
    );
  });

  it('tells a problem to whoever sends something that is no HTTP', async () => {
    const socket = await dial(await serve(new Koa()));
    socket.write('nonsense\r\n\r\n');
    const answer = await received(socket);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[^]*application\/problem\+json/);
    expect(answer).toContain('"type":"/problems/broken-request"');
  });

  it('says that a request lacks its host', async () => {
    const { app } = createSlowApp();
    const socket = await dial(await serve(app));
    socket.write('GET / HTTP/1.1\r\n\r\n');
    const answer = await received(socket);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(answer).toContain('"detail":"A request of HTTP/1.1 must have the header field Host"');
  });

  it('answers a request that expects what nobody knows as any other', async () => {
    const socket = await dial(await serve(new Koa().use((context) => void (context.body = 'done'))));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n');
    expect(await received(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*done$/);
  });

  it('tells a problem to whoever sends too large headers', async () => {
    const socket = await dial(await serve(new Koa()));
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await received(socket)).toContain('"type":"/problems/headers-too-large"');
  });

  it('tells a problem to whoever takes too long to send a request', async () => {
    const socket = await dial(await serve(new Koa(), { requestTimeout: 200 }));
    socket.write('GET / HTTP/1.1\r\nHost');
    expect(await received(socket)).toContain('"type":"/problems/request-timeout"');
  });

  it('tells a problem to whoever connects and says nothing', async () => {
    const socket = await dial(await serve(new Koa(), { requestTimeout: 200 }));
    expect(await received(socket)).toContain('"type":"/problems/request-timeout"');
  });

  it('cuts whoever does not read, and has held little for them', async () => {
    const chunk = Buffer.alloc(65_536, '.');
    let made = 0;
    const endless = new Readable({
      read: () => {
        made += chunk.length;
        endless.push(chunk);
      },
    });
    const app = new Koa().use((context) => {
      context.body = endless;
    });
    const cut = new Promise((resolve) => endless.once('close', resolve));
    app.on('error', () => undefined);
    const socket = await dial(await serve(app, { silenceTimeout: 300 }));
    socket.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await cut;
    // What the network itself holds is some megabytes on one machine.
    expect(made).toBeLessThan(32 * 2 ** 20);
  });

  it('leaves whoever reads slowly alone', async () => {
    const part = Buffer.alloc(2 ** 20, '.');
    const app = new Koa().use((context) => {
      context.body = Readable.from(Array.from({ length: 16 }, () => part));
    });
    const socket = await dial(await serve(app, { silenceTimeout: 1_000 }));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const started = performance.now();
    let read = 0;
    for await (const bytes of socket) {
      read += (bytes as Buffer).length;
      await delay(5);
    }
    expect(read).toBeGreaterThan(16 * 2 ** 20);
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });

  it('gives an address of IPv6 in brackets', async () => {
    const { url } = await serve(new Koa(), { host: '::1' });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  });
});
