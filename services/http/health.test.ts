import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import Koa from 'koa';
import { healthRoutes, withoutDetails } from './health.ts';

const servers: Server[] = [];

const listen = (health: Parameters<typeof healthRoutes>[0]): Promise<string> =>
  new Promise((resolve) => {
    const server = new Koa().use(healthRoutes(health).routes()).listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
    servers.push(server);
  });

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const here = { ok: true, detail: 'connected' };
const away = { ok: false, detail: 'refuses connections since 2 s' };

describe('health routes', () => {
  it('says alive even when a dependency is away', async () => {
    const url = await listen(() => ({ eventStore: away }));
    expect((await fetch(`${url}/health/live`)).status).toBe(204);
  });

  it('says ready, with the checks, when every check holds', async () => {
    const url = await listen(() => ({ eventStore: here, database: here }));
    const answer = await fetch(`${url}/health/ready`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ eventStore: here, database: here });
  });

  it('says not ready, with the checks, when one does not hold', async () => {
    const url = await listen(() => ({ eventStore: away, database: here }));
    const answer = await fetch(`${url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ eventStore: away, database: here });
  });

  it('keeps from strangers how what is away is reached', async () => {
    const url = await listen(() => withoutDetails({ eventStore: away, database: here }));
    const answer = await fetch(`${url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ eventStore: { ok: false }, database: { ok: true } });
  });

  it('asks anew each time', async () => {
    let check = away;
    const url = await listen(() => ({ eventStore: check }));
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    check = here;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});
