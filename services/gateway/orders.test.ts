import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderRequestStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { until } from '../../tests/fixtures/until.ts';

const teapots = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }] };

describe('orders', () => {
  let gateway: TestGateway;
  let alice = '';
  beforeAll(async () => {
    gateway = await startTestGateway();
    alice = await token('alice', 'client');
  });
  afterAll(() => gateway.stop());

  const post = (body: unknown, headers = {}): Promise<Response> =>
    fetch(`${gateway.url}/orders`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${alice}`, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('takes an order and says where it can be seen', async () => {
    const answer = await post(teapots);
    expect(answer.status).toBe(202);
    const { orderId, status, position } = await answer.json();
    expect(answer.headers.get('location')).toBe(`/orders/${orderId}`);
    const [event] = await readForwards(gateway.store, orderRequestStream(orderId));
    expect({ status, position }).toEqual({ status: 'Requested', position: String(event?.position) });
    expect(event).toMatchObject({ type: 'OrderCreateRequested', data: { ...teapots, orderId, total: 5100 } });
    expect(event?.metadata).toMatchObject({ $correlationId: orderId, actor: { subject: 'alice', role: 'client' } });
  });

  it('shows the order to whom it belongs', async () => {
    const { orderId } = await (await post(teapots)).json();
    const shown = await until('the order is shown', async () => {
      const answer = await fetch(`${gateway.url}/orders/${orderId}`, { headers: { Authorization: `Bearer ${alice}` } });
      return answer.ok && answer.json();
    });
    expect(shown).toEqual({ ...teapots, orderId, total: 5100, status: 'Requested', createdAt: expect.any(String) });
  });
});
