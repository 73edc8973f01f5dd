import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlacedDeposit, PlacedOrder } from '../../api/answers.ts';
import { depositStream, orderRequestStream, orderStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { put } from '../../tests/fixtures/eventStore.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }] };
const deposits = '/wallets/alice/EUR/deposits';

let counter = 0;
const newKey = (): string => `key-${(counter += 1)}`;

/** What must not change between an answer and its replay. */
const told = async (answer: Response) => ({
  status: answer.status,
  location: answer.headers.get('Location'),
  position: answer.headers.get('Log-Position'),
  body: await answer.json(),
});

describe('a request with an Idempotency-Key', () => {
  let gateway: TestGateway;
  let alice: Send;
  let bob: Send;
  beforeAll(async () => {
    gateway = await startBareGateway();
    alice = sender(gateway.url, await token('alice', 'client', 'operator'));
    bob = sender(gateway.url, await token('bob', 'client', 'operator'));
  });
  afterAll(() => gateway.stop());

  const post = (key: string, body: object | string = order, path = '/orders', send = alice) =>
    send('POST', path, body, { 'Idempotency-Key': key });
  const orderIdOf = async (answer: Response) => granted(PlacedOrder.decode(await answer.json())).orderId;
  const depositIdOf = async (answer: Response) => granted(PlacedDeposit.decode(await answer.json())).depositId;

  it.each([
    ['/orders', order, 'orderRequest-'],
    [deposits, { amount: 100 }, 'deposit-'],
  ])('is answered the same and marked as a replay when it is sent to %s again', async (path, body, category) => {
    const key = newKey();
    const before = await wholeLog(gateway.store);
    const first = await post(key, body, path);
    const again = await post(key, body, path);
    expect(first.headers.get('Idempotency-Replayed')).toBeNull();
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    const answer = await told(first);
    expect(answer).toMatchObject({ status: 202, body: { status: 'Requested', position: answer.position } });
    expect(await told(again)).toEqual(answer);
    const added = (await wholeLog(gateway.store)).slice(before.length);
    expect(added).toEqual([expect.stringContaining(category)]);
  });

  it('is answered the same when its order is settled by now', async () => {
    const key = newKey();
    const first = await told(await post(key));
    const { orderId } = granted(PlacedOrder.decode(first.body));
    const [cause] = await readForwards(gateway.store, orderRequestStream(orderId));
    const data = { ...order, orderId, total: 5100 };
    await put(gateway.store, { type: 'OrderPending', data }, { cause });
    await put(gateway.store, { type: 'OrderPaid', data: { ...data, operationId: orderId } }, { cause, after: 0 });
    expect(await told(await post(key))).toEqual(first);
    expect(await readForwards(gateway.store, orderStream(orderId))).toHaveLength(2);
  });

  it('gives one order when it comes many times at the same instant', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(key)));
    const [first, ...others] = await Promise.all(answers.map(told));
    expect(first?.status).toBe(202);
    for (const other of others) expect(other).toEqual(first);
    expect(answers.filter(({ headers }) => headers.get('Idempotency-Replayed') === null)).toHaveLength(1);
    const { orderId } = granted(PlacedOrder.decode(first?.body));
    expect(await readForwards(gateway.store, orderRequestStream(orderId))).toHaveLength(1);
  });

  it('is the same when its body says the same in other words', async () => {
    const key = newKey();
    const first = await told(await post(key));
    const [line] = order.items;
    const others = [
      { items: [{ unitPrice: 2550, quantity: 2, sku: 'teapot' }], currency: 'EUR', userId: 'alice' },
      { ...order, comment: 'for grandmother', items: [{ ...line, colour: 'blue' }] },
      JSON.stringify(order, undefined, 4).replace('2550', '2.55e3').replace('teapot', '\\u0074eapot'),
    ];
    for (const body of others) expect(await told(await post(key, body))).toEqual(first);
  });

  it('is the same when the user is named by the sub of the token and by the id that stands for it', async () => {
    const carol = sender(gateway.url, await token('carol@example.com', 'client'));
    const key = newKey();
    const first = await told(await post(key, { ...order, userId: 'carol@example.com' }, '/orders', carol));
    const { orderId } = granted(PlacedOrder.decode(first.body));
    const [stored] = await readForwards(gateway.store, orderRequestStream(orderId));
    expect(await told(await post(key, { ...order, ...stored?.data, orderId: '' }, '/orders', carol))).toEqual(first);
  });

  it('is refused with another body, and told which order has the key', async () => {
    const key = newKey();
    const orderId = await orderIdOf(await post(key));
    const before = await wholeLog(gateway.store);
    const changes = [{ currency: 'USD' }, { items: [...order.items, ...order.items] }];
    for (const change of changes) {
      const answer = await post(key, { ...order, ...change });
      expect(answer.headers.get('Location')).toBe(`/orders/${orderId}`);
      expect(await problemOf(answer)).toMatchObject({
        type: '/problems/idempotency-key-reused',
        status: 422,
        detail: expect.stringContaining(`look at /orders/${orderId}`),
        orderId,
      });
    }
    expect(await wholeLog(gateway.store)).toEqual(before);
  });

  it.each([
    [deposits, { amount: 101 }],
    ['/wallets/alice/USD/deposits', { amount: 100 }],
    ['/wallets/bob/EUR/deposits', { amount: 100 }],
  ])('is refused when it deposited something else before: POST %s', async (path, body) => {
    const key = newKey();
    const depositId = await depositIdOf(await post(key, { amount: 100 }, deposits));
    const problem = await problemOf(await post(key, body, path));
    expect(problem).toMatchObject({ type: '/problems/idempotency-key-reused', depositId });
    expect(await readForwards(gateway.store, depositStream(depositId))).toHaveLength(1);
  });

  it('is another request when somebody else sends the same key, or when it asks for something of another kind', async () => {
    const key = newKey();
    const ids = [
      await orderIdOf(await post(key)),
      await orderIdOf(await post(key, { ...order, userId: 'bob' }, '/orders', bob)),
      await depositIdOf(await post(key, { amount: 1 }, deposits)),
      await depositIdOf(await post(key, { amount: 1 }, deposits, bob)),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is refused for somebody else before anything is said about the key', async () => {
    const key = newKey();
    await post(key);
    const before = await wholeLog(gateway.store);
    expect((await problemOf(await post(key, order, '/orders', bob))).type).toBe('/problems/foreign-user');
    expect(await wholeLog(gateway.store)).toEqual(before);
  });

  it('has the same key in quotes as bare', async () => {
    const key = `${newKey()}-"\\`;
    const first = await told(await post(key));
    const again = await post(`"${key.replaceAll(/["\\]/g, '\\$&')}"`);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(await told(again)).toEqual(first);
  });

  it('may have a key of 255 characters', async () => {
    expect((await post('k'.repeat(255))).status).toBe(202);
  });

  it.each([
    '',
    '""',
    'two words',
    '"two words"',
    '"open',
    'k'.repeat(256),
    `"${'k'.repeat(256)}"`,
    'clé',
    '"a"; b=1',
    '"\\a"',
  ])('is refused when its key is %j, and nothing is stored', async (key) => {
    const before = await wholeLog(gateway.store);
    expect(await problemOf(await post(key))).toMatchObject({
      type: '/problems/invalid-idempotency-key',
      status: 400,
      detail: expect.stringContaining('1 to 255 visible ASCII characters'),
    });
    expect(await wholeLog(gateway.store)).toEqual(before);
  });

  it.each([[['a', 'b']], [['a', 'a']], [['"a"', '"b"']]])('is refused when it has the keys %j', async (keys) => {
    const headers = {
      Authorization: `Bearer ${await token('alice', 'client')}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': keys,
    };
    const posting = request(`${gateway.url}/orders`, { method: 'POST', headers }).end(JSON.stringify(order));
    const [answer] = (await once(posting, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(400);
  });

  it('is one order more each time without a key', async () => {
    const [first, second] = [await alice('POST', '/orders', order), await alice('POST', '/orders', order)];
    expect(await orderIdOf(first)).not.toBe(await orderIdOf(second));
  });
});
