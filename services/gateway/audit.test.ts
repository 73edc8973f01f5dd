import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { AuditedOrder } from '../../api/audit.ts';
import { put, someOrder } from '../../tests/fixtures/eventStore.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';

describe('the history of an order, for auditors', () => {
  const lines: string[] = [];
  const log = pino(
    { level: 'info' },
    new Writable({
      write: (chunk, _, done) => {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  let gateway: TestGateway;
  let ada: Send;
  beforeAll(async () => {
    gateway = await startBareGateway({ log });
    ada = sender(gateway.url, await token('ada', 'auditor'));
  });
  afterAll(() => gateway.stop());

  const pendingOrder = async () => {
    const data = someOrder();
    const request = await put(gateway.store, { type: 'OrderCreateRequested', data });
    const pending = await put(gateway.store, { type: 'OrderPending', data }, { cause: request });
    return { path: `/audit/orders/${data.orderId}`, request, pending };
  };

  it('is told from the log, now and as it was', async () => {
    const { path, request, pending } = await pendingOrder();
    const tell = async (query: string) => {
      const answer = await ada('GET', path + query);
      expect(answer.status).toBe(200);
      const { status, events } = granted(AuditedOrder.decode(await answer.json()));
      return [status, events.map(({ id }) => id)];
    };
    expect(await tell('')).toEqual(['Pending', [request.id, pending.id]]);
    expect(await tell(`?asOf=${request.position}`)).toEqual(['Requested', [request.id]]);
    expect(await tell(`?asOf=${pending.created.toISOString()}`)).toEqual(['Pending', [request.id, pending.id]]);
  });

  it('is for auditors alone', async () => {
    const { path } = await pendingOrder();
    for (const role of ['client', 'operator']) {
      const answer = await sender(gateway.url, await token('alice', role))('GET', path);
      expect(await problemOf(answer)).toMatchObject({ status: 403, type: '/problems/missing-role' });
    }
  });

  it('is not told of an order that the log does not know, nor of a moment that has not come', async () => {
    const { path } = await pendingOrder();
    for (const unknown of [randomUUID(), 'x'])
      expect(await problemOf(await ada('GET', `/audit/orders/${unknown}`))).toMatchObject({ status: 404 });
    expect(await problemOf(await ada('GET', `${path}?asOf=2020-01-01`))).toMatchObject({ status: 404 });
    for (const moment of ['2999-01-01', 'yesterday', '999999999999'])
      expect(await problemOf(await ada('GET', `${path}?asOf=${moment}`))).toMatchObject({
        status: 400,
        errors: [{ pointer: '/asOf' }],
      });
  });

  it('leaves on the log who asked for what, also where it was refused', async () => {
    const { path } = await pendingOrder();
    const accesses = () =>
      lines
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
        .filter((line) => line['path'] === path)
        .map(({ userId, audited, asOf, status }) => ({ userId, audited, asOf, status }));
    await ada('GET', `${path}?asOf=2020-01-01`);
    await sender(gateway.url, await token('eve', 'client'))('GET', path);
    const audited = `order ${path.split('/').at(-1)}`;
    expect(accesses()).toEqual([
      { userId: 'ada', audited, asOf: '2020-01-01', status: 404 },
      { userId: 'eve', audited: undefined, asOf: undefined, status: 403 },
    ]);
  });
});
