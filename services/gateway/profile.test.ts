import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../client/client.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';

const alice = { name: 'Zoë 🐈 O’Hara', email: "zoe.o'hara+orders@example.co.uk" };

describe('the profile of the caller', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  it('is kept, shown, replaced, and never in the log', async () => {
    const client = createClient({ url: gateway.url, token: await token('alice', 'client') });
    expect(granted(await client.saveProfile({ ...alice, name: 'Zoë' }))).toEqual({ ...alice, name: 'Zoë' });
    expect(granted(await client.saveProfile(alice))).toEqual(alice);
    expect(granted(await client.profile())).toEqual(alice);
    expect(await wholeLog(gateway.store)).toEqual([]);
  });

  it('belongs to the caller alone', async () => {
    await sender(gateway.url, await token('carol'))('PUT', '/profile', alice);
    const problem = await problemOf(await sender(gateway.url, await token('bob'))('GET', '/profile'));
    expect(problem).toMatchObject({ type: '/problems/profile-not-found', status: 404 });
  });

  it('is refused with every fault', async () => {
    const send = sender(gateway.url, await token('dora'));
    const name = 'Dora\r\nBcc: everybody@example.com';
    const { errors } = await problemOf(await send('PUT', '/profile', { name, email: 'dora@localhost' }));
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/name', '/email']);
    expect((await send('GET', '/profile')).status).toBe(404);
  });
});
