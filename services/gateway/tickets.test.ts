import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { PlacedOrder, Ticket } from '../../api/answers.ts';
import { jwtSecret, serviceToken, startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createTickets } from './tickets.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };

describe('tickets', () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
  let gateway: TestGateway;
  let alice: Send;
  let orderId: string;
  beforeAll(async () => {
    gateway = await startBareGateway({ log, ticketLifetime: 2 });
    alice = sender(gateway.url, await token('alice', 'client'));
    orderId = granted(PlacedOrder.decode(await (await alice('POST', '/orders', order)).json())).orderId;
  });
  afterAll(() => gateway.stop());

  const get = async (send = alice) => granted(Ticket.decode(await (await send('POST', '/tickets')).json()));
  const events = (ticket: string, id = orderId) =>
    fetch(`${gateway.url}/orders/${id}/events?ticket=${ticket}`, { signal: AbortSignal.timeout(20_000) });
  const statusOf = async (answer: Response): Promise<number> => {
    await answer.body?.cancel();
    return answer.status;
  };
  const expectRefused = async (answer: Response): Promise<void> => {
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/error="invalid_token"/);
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/unauthorized', status: 401 });
  };

  it('let their holder watch without a header, until they expire', async () => {
    const before = Date.now();
    const { ticket, expiresAt } = await get();
    expect(await statusOf(await events(ticket))).toBe(200);
    expect(Date.parse(expiresAt) - before).toBeLessThanOrEqual(2_000);
    await until('the ticket has expired', async () => (await statusOf(await events(ticket))) === 401);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    const problem = await problemOf(await events(ticket));
    expect(problem.detail).toBe('The ticket has expired: get a new one');
  });

  it('are for whoever got them: what is not theirs stays unknown', async () => {
    const { ticket } = await get(sender(gateway.url, await token('bob', 'client')));
    expect((await problemOf(await events(ticket))).type).toBe('/problems/order-not-found');
    expect((await problemOf(await events(ticket, randomUUID()))).type).toBe('/problems/order-not-found');
  });

  it('are good at every gateway that has the same service token, and at no other', async () => {
    const same = createTickets(serviceToken, 60);
    const other = createTickets(serviceToken.replace('tests', 'others'), 60);
    expect(await statusOf(await events((await same.issue('alice')).ticket))).toBe(200);
    await expectRefused(await events((await other.issue('alice')).ticket));
  });

  it('are good for event streams only', async () => {
    const { ticket } = await get();
    for (const path of ['/orders', `/orders/${orderId}`, '/profile', '/wallets'])
      expect((await fetch(`${gateway.url}${path}?ticket=${ticket}`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/tickets?ticket=${ticket}`, { method: 'POST' })).status).toBe(401);
    for (const path of ['/orders', `/orders/${orderId}/events`])
      await expectRefused(await sender(gateway.url, ticket)('GET', path));
  });

  const soon = Math.floor(Date.now() / 1_000) + 60;
  const signed = (secret: string, audience: string) =>
    new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(audience)
      .setExpirationTime(soon)
      .sign(Buffer.from(secret));
  it.each<[string, () => string | Promise<string>]>([
    ['a token', () => token('alice', 'client')],
    ['one signed by the secret of tokens', () => signed(jwtSecret, 'orderflow:event-streams')],
    ['one signed by the service token itself', () => signed(serviceToken, 'orderflow:event-streams')],
    ['cut short', async () => (await get()).ticket.slice(0, -1)],
    ['two tickets', async () => `${(await get()).ticket}&ticket=${(await get()).ticket}`],
    ['nothing', () => ''],
    ['nonsense', () => 'nonsense'],
  ])('are refused when they are %s', async (_, make) => {
    await expectRefused(await events(await make()));
  });

  it('never come into the log, good or bad', async () => {
    const { ticket } = await get();
    const answers = [
      await events(ticket),
      await events(`${ticket}x`),
      await fetch(`${gateway.url}/nowhere?ticket=${ticket}`),
    ];
    expect(await Promise.all(answers.map(statusOf))).toEqual([200, 401, 404]);
    await until('the requests are logged', () => lines.filter((line) => line.includes(`"/nowhere"`)).length > 0);
    const [, claims = ''] = ticket.split('.');
    expect(lines.join('\n')).not.toContain(claims);
    expect(lines.join('\n')).not.toContain('ticket=');
  });
});
