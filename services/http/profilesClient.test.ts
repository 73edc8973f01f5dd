import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../eventstore/faults.ts';
import { log } from '../../tests/fixtures/logger.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createProfilesClient, type ProfilesClientOptions } from './profilesClient.ts';

const alice = { name: 'Alice', email: 'alice@example.com' };
const json = (status: number, body: unknown): RequestListener => {
  return (_, response) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};
const notFound = json(404, { type: '/problems/profile-not-found' });

describe('the client of profiles', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** A server that hands each request to the next of the listeners, and all further ones to the last. */
  const serve = async (...listeners: [RequestListener, ...RequestListener[]]) => {
    const requests: string[] = [];
    server = createServer((request, response) => {
      const listener = listeners[Math.min(requests.length, listeners.length - 1)];
      requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      listener?.(request, response);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
  };
  const clientOf = (url: string, options: Partial<ProfilesClientOptions> = {}) =>
    createProfilesClient({
      url,
      serviceToken: 'token',
      log,
      timeout: 200,
      backoff: { first: 10, most: 20 },
      halfOpenAfter: 100,
      ...options,
    });

  it('finds a profile, showing its token', async () => {
    const { url, requests } = await serve(json(200, { ...alice, shoeSize: 37 }));
    expect(await clientOf(url).find('a_b-1')).toEqual(alice);
    expect(requests).toEqual(['GET /profiles/a_b-1 Bearer token']);
  });

  it('finds nobody when profiles knows nobody', async () => {
    const { url } = await serve(notFound);
    expect(await clientOf(url).find('nobody')).toBeUndefined();
  });

  it.each([
    ['a 404 of something else', json(404, { message: 'no such page' })],
    ['a refused token', json(401, {})],
    ['a redirection', json(302, {})],
    ['something that is no profile', json(200, { name: 'Alice' })],
    ['something that is no JSON', (_, response) => response.end('<html>')],
  ] satisfies [string, RequestListener][])('does not take %s for an answer', async (_, listener) => {
    const { url } = await serve(listener);
    await expect(clientOf(url).find('alice')).rejects.toThrow(Unavailable);
  });

  it('names the setting to look at when its token is refused', async () => {
    const { url } = await serve(json(401, {}));
    await expect(clientOf(url).find('alice')).rejects.toThrow('SERVICE_TOKEN must be the same');
  });

  it.each([
    ['an error', json(503, {})],
    ['a cut connection', (request) => request.socket.destroy()],
    ['silence', () => undefined],
  ] satisfies [string, RequestListener][])('asks again after %s', async (_, listener) => {
    const { url, requests } = await serve(listener, listener, json(200, alice));
    expect(await clientOf(url).find('alice')).toEqual(alice);
    expect(requests).toHaveLength(3);
  });

  it('saves again after an error: a profile put twice is the same profile', async () => {
    const { url, requests } = await serve(json(503, {}), json(200, alice));
    await clientOf(url).save('alice', alice);
    expect(requests.map((request) => request.split(' ')[0])).toEqual(['PUT', 'PUT']);
  });

  it('gives up within the time that it states, however slow the answers are', async () => {
    const { url } = await serve((_, response) => response.writeHead(503, { 'Retry-After': '60' }).flushHeaders());
    const client = clientOf(url);
    expect(client.longest).toBe(3 * 200 + 10 + 20);
    const before = performance.now();
    await expect(client.find('alice')).rejects.toThrow(Unavailable);
    expect(performance.now() - before).toBeLessThan(client.longest + 150);
  });

  it('stops asking after some failures, and asks again when profiles is back', async () => {
    const { url, requests } = await serve(json(503, {}), json(503, {}), json(200, alice));
    const client = clientOf(url, { retries: 0, failuresUntilOpen: 2 });
    for (const time of [1, 2, 3]) {
      const failing = client.find(`time-${time}`);
      await expect(failing).rejects.toThrow(time === 3 ? 'failed too often just now' : Unavailable);
    }
    expect(requests).toHaveLength(2);
    expect(await until('it is asked again', () => client.find('alice').catch(() => undefined))).toEqual(alice);
  });

  it('does not count users without a profile as failures', async () => {
    const { url } = await serve(notFound);
    const client = clientOf(url, { failuresUntilOpen: 1 });
    expect(await client.find('nobody')).toBeUndefined();
    expect(await client.find('nobody')).toBeUndefined();
  });

  it('tells by the readiness of profiles whether it is there', async () => {
    const { url, requests } = await serve(json(503, {}), json(200, {}));
    const client = clientOf(url);
    await expect(client.ready()).rejects.toThrow(Unavailable);
    await client.ready();
    expect(requests.map((request) => request.split(' ')[1])).toEqual(['/health/ready', '/health/ready']);
  });
});
