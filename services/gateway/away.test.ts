import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlacedOrder } from '../../api/answers.ts';
import { depositStream, orderRequestStream } from '../../domain/streams.ts';
import { connect, type EventStore } from '../../eventstore/connection.ts';
import { readForwards } from '../../eventstore/read.ts';
import { startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { log } from '../../tests/fixtures/logger.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';
import { startProxy, type Proxy } from '../../tests/fixtures/proxy.ts';
import { until } from '../../tests/fixtures/until.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };

const someId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';

describe('a gateway whose database and profiles are away', () => {
  let gateway: TestGateway;
  let send: Send;
  beforeAll(async () => {
    gateway = await startBareGateway();
    send = sender(gateway.url, await token('alice', 'client', 'operator'));
  });
  afterAll(() => gateway.stop());

  it.each([`/orders/${someId}`, '/wallets/EUR', `/deposits/${someId}`, '/profile'])(
    'answers 503 to GET %s, and when to try again',
    async (path) => {
      const answer = await send('GET', path);
      expect(answer.headers.get('Retry-After')).toBe('2');
      const problem = await problemOf(answer);
      expect(problem).toMatchObject({ type: '/problems/unavailable', status: 503 });
      expect(JSON.stringify(problem)).not.toMatch(/127\.0\.0\.1|ECONN|nobody/);
    },
  );

  it('answers 503 to a profile that is good, and its faults to one that is not', async () => {
    expect((await send('PUT', '/profile', { name: 'Alice', email: 'alice@example.com' })).status).toBe(503);
    expect((await send('PUT', '/profile', { name: 'Alice' })).status).toBe(422);
  });

  it('takes orders and deposits all the same', async () => {
    expect((await send('POST', '/orders', order)).status).toBe(202);
    expect((await send('POST', '/wallets/alice/EUR/deposits', { amount: 1 })).status).toBe(202);
  });

  it('is alive, but not ready, and says what is away, but not how it is reached', async () => {
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(204);
    const checks = await until('the event store was found', async () => {
      const answer = await fetch(`${gateway.url}/health/ready`);
      expect(answer.status).toBe(503);
      const found = (await answer.json()) as Record<string, { ok: boolean }>;
      return found['eventStore']?.ok === true && found;
    });
    expect(checks).toEqual({ eventStore: { ok: true }, database: { ok: false } });
  });
});

describe('a gateway whose event store is away', () => {
  let node: TestStore;
  let proxy: Proxy;
  let store: EventStore;
  let gateway: TestGateway;
  let send: Send;
  beforeAll(async () => {
    node = await startTestStore();
    proxy = await startProxy(node.port);
    store = connect({ url: node.url.replace(`:${node.port}`, `:${proxy.port}`), name: 'gateway', log });
    gateway = await startBareGateway({ eventStore: store });
    send = sender(gateway.url, await token('alice', 'client', 'operator'));
  });
  afterAll(async () => {
    await gateway.stop();
    await store.close();
    await proxy.close();
    await node.stop();
  });

  it('answers 503 while it is away, and takes orders when it is back', async () => {
    proxy.cut();
    const answer = await send('POST', '/orders', order);
    expect(answer.headers.get('Retry-After')).toBeNull();
    expect((await problemOf(answer)).type).toBe('/problems/outcome-unknown');
    expect((await send('POST', '/orders', { ...order, currency: 'XXX' })).status).toBe(422);
    proxy.mend();
    await until('orders are taken again', async () => (await send('POST', '/orders', order)).status === 202);
  });

  it('takes an order once when the answer to its append was lost', async () => {
    await until('the way is open', async () => (await send('POST', '/orders', order)).status === 202);
    const before = await wholeLog(node.store);
    proxy.loseAnswers();
    const answering = send('POST', '/orders', order);
    await until('the append has arrived', async () => (await wholeLog(node.store)).length > before.length);
    proxy.mend();
    const answer = await answering;
    expect(answer.status).toBe(202);
    const { orderId } = granted(PlacedOrder.decode(await answer.json()));
    expect(await readForwards(node.store, orderRequestStream(orderId))).toHaveLength(1);
  });

  it.each([
    { path: '/orders', body: order, shownAt: '/orders', id: 'orderId', stream: orderRequestStream },
    {
      path: '/wallets/alice/EUR/deposits',
      body: { amount: 100 },
      shownAt: '/deposits',
      id: 'depositId',
      stream: depositStream,
    },
  ])(
    'says where to look when it cannot know whether POST $path was taken',
    async ({ path, body, shownAt, id, stream }) => {
      await until('the way is open', async () => (await send('POST', path, body)).status === 202);
      const before = await wholeLog(node.store);
      proxy.loseAnswers();
      const answering = send('POST', path, body);
      await until('the append has arrived', async () => (await wholeLog(node.store)).length > before.length);
      proxy.cut();
      const answer = await answering;
      const told = (await answer.clone().json()) as Record<string, string>;
      expect(await problemOf(answer)).toMatchObject({ type: '/problems/outcome-unknown', status: 503 });
      expect(answer.headers.get('Location')).toBe(`${shownAt}/${told[id]}`);
      expect(answer.headers.get('Retry-After')).toBeNull();
      expect(told['detail']).toContain(`look at ${shownAt}/${told[id]}`);
      expect(await readForwards(node.store, stream(told[id] ?? ''))).toHaveLength(1);
      proxy.mend();
    },
  );
});
