import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { newDatabase } from '../../tests/fixtures/database.ts';
import { until } from '../../tests/fixtures/until.ts';
import { start } from './profiles.ts';

const log = pino({ level: 'silent' });
const serviceToken = 'a-service-token-of-thirty-two-characters';
const alice = { name: 'Alice Liddell', email: 'alice@example.com' };

describe('profiles', () => {
  let databaseUrl = '';
  let profiles: Awaited<ReturnType<typeof start>>;
  const startProfiles = (port = 0) => start({ databaseUrl, serviceToken, host: '127.0.0.1', port, log });

  beforeAll(async () => {
    databaseUrl = await newDatabase();
    profiles = await startProfiles();
  });
  afterAll(async () => {
    await profiles.stop();
  });

  const send = (method: string, path: string, body?: unknown, token = serviceToken): Promise<Response> =>
    fetch(`${profiles.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });

  it('keeps what was put and shows it', async () => {
    expect((await send('PUT', '/profiles/alice', alice)).status).toBe(200);
    const answer = await send('GET', '/profiles/alice');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(alice);
  });

  it('keeps the last of two puts', async () => {
    const renamed = { ...alice, name: 'Alice Hargreaves' };
    await send('PUT', '/profiles/renamed', alice);
    await send('PUT', '/profiles/renamed', renamed);
    expect(await (await send('GET', '/profiles/renamed')).json()).toEqual(renamed);
  });

  it('knows nobody who was never put', async () => {
    const answer = await send('GET', '/profiles/nobody');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ type: '/problems/profile-not-found', status: 404 });
  });

  it.each([
    ['another token', `${serviceToken}x`],
    ['a token that begins alike', serviceToken.slice(0, -1)],
    ['an empty token', ''],
  ])('shows and takes nothing for %s', async (_, token) => {
    await send('PUT', '/profiles/secret', alice);
    const shown = await send('GET', '/profiles/secret', undefined, token);
    const taken = await send('PUT', '/profiles/secret', { ...alice, name: 'Mallory' }, token);
    expect([shown.status, taken.status]).toEqual([401, 401]);
    expect(await shown.text()).not.toContain('alice@example.com');
    expect(await (await send('GET', '/profiles/secret')).json()).toEqual(alice);
  });

  it('shows nothing to somebody without a token', async () => {
    const answer = await fetch(`${profiles.url}/profiles/alice`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="profiles"');
  });

  it('names every fault of a profile and keeps nothing of it', async () => {
    const answer = await send('PUT', '/profiles/faulty', { name: 'a\nb', email: 'nowhere' });
    expect(answer.status).toBe(422);
    const problem = (await answer.json()) as { errors: unknown };
    expect(problem.errors).toEqual([
      { pointer: '/name', detail: expect.stringMatching(/^must be 1 to 100 printable/) },
      { pointer: '/email', detail: expect.stringMatching(/^must be an e-mail address/) },
    ]);
    expect((await send('GET', '/profiles/faulty')).status).toBe(404);
  });

  it('tells everybody whether it is ready', async () => {
    const ready = () => fetch(`${profiles.url}/health/ready`);
    await until('profiles are ready', async () => (await ready()).ok);
    expect(await (await ready()).json()).toEqual({ database: { ok: true } });
  });

  it('migrates an empty database once when several start on it at the same time', async () => {
    const databaseUrl = await newDatabase();
    const started = await Promise.all(
      [1, 2, 3].map(() => start({ databaseUrl, serviceToken, host: '127.0.0.1', port: 0, log })),
    );
    const answers = await Promise.all(started.map(({ url }) => fetch(`${url}/health/live`)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    await Promise.all(started.map(({ stop }) => stop()));
  });

  it('says what to do about a taken port', async () => {
    const port = Number(new URL(profiles.url).port);
    await expect(startProfiles(port)).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken: stop what listens there`);
  });
});
