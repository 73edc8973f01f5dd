import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PlacedOrder } from '../../api/answers.ts';
import { ofType } from '../../domain/events.ts';
import { orderRequestStream, orderStream, walletStream } from '../../domain/streams.ts';
import { connect, type EventStore } from '../../eventstore/connection.ts';
import { readForwards } from '../../eventstore/read.ts';
import { startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { log } from '../../tests/fixtures/logger.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';
import { startProxy, type Proxy } from '../../tests/fixtures/proxy.ts';
import { until } from '../../tests/fixtures/until.ts';
import { start as startBilling } from '../billing/billing.ts';
import { start as startOrders } from '../orders/orders.ts';

const price = 2550;
const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: price }] };

let counter = 0;
const newKey = (): string => `key-${(counter += 1)}`;

const placed = async (answer: Response) => granted(PlacedOrder.decode(await answer.json()));

describe('two gateways, one of which loses its event store now and then', () => {
  let node: TestStore;
  let wire: Proxy;
  let store: EventStore;
  let steady: TestGateway;
  let shaky: TestGateway;
  let bearer: string;
  beforeAll(async () => {
    node = await startTestStore();
    wire = await startProxy(node.port);
    store = connect({ url: node.url.replace(`:${node.port}`, `:${wire.port}`), name: 'gateway', log });
    steady = await startBareGateway({ eventStore: node.store });
    shaky = await startBareGateway({ eventStore: store });
    bearer = await token('alice', 'client', 'operator');
  });
  afterAll(async () => {
    await Promise.all([steady.stop(), shaky.stop()]);
    await store.close();
    await wire.close();
    await node.stop();
  });

  const post = (url: string, key: string, signal?: AbortSignal): Promise<Response> =>
    fetch(`${url}/orders`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(order),
      signal,
    });
  const isTaken = async () => (await post(shaky.url, newKey())).status === 202;
  const requestsFor = async (orderId: string) => (await readForwards(node.store, orderRequestStream(orderId))).length;

  /** Sends an order, and answers when it stands in the log; its answer is on the way, or lost. */
  const arrived = async (url: string, key: string) => {
    const before = (await wholeLog(node.store)).length;
    const answering = post(url, key);
    await until('the order has arrived', async () => (await wholeLog(node.store)).length > before);
    return { answering };
  };

  it('take an order once when the connection to the client breaks before the answer', async () => {
    const key = newKey();
    const line = await startProxy(Number(new URL(steady.url).port));
    line.loseAnswers();
    const { answering } = await arrived(`http://127.0.0.1:${line.port}`, key);
    line.cut();
    await expect(answering).rejects.toThrow();
    await line.close();
    const again = await post(steady.url, key);
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(await requestsFor((await placed(again)).orderId)).toBe(1);
  });

  it('take an order once when it comes again while the first is in flight', async () => {
    await until('the way is open', isTaken);
    const key = newKey();
    wire.loseAnswers();
    const { answering } = await arrived(shaky.url, key);
    const again = await post(steady.url, key);
    wire.mend();
    const first = await answering;
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect([first.status, again.status]).toEqual([202, 202]);
    const answer = await placed(again);
    expect(await placed(first)).toEqual(answer);
    expect(await requestsFor(answer.orderId)).toBe(1);
  });

  it('tell whoever cannot know it to send the order again with its key, and take it once', async () => {
    await until('the way is open', isTaken);
    const key = newKey();
    wire.loseAnswers();
    const { answering } = await arrived(shaky.url, key);
    wire.cut();
    const unknown = await answering;
    expect(unknown.headers.get('Retry-After')).toBe('2');
    const location = unknown.headers.get('Location');
    expect(await problemOf(unknown)).toMatchObject({
      type: '/problems/outcome-unknown',
      detail: expect.stringContaining('send it again with the same Idempotency-Key'),
    });
    wire.mend();
    const again = await until('it is answered', async () => {
      const answer = await post(shaky.url, key);
      return answer.ok && answer;
    });
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.headers.get('Location')).toBe(location);
    expect(await requestsFor((await placed(again)).orderId)).toBe(1);
  });

  describe('with orders and billing at work', () => {
    let services: ReadonlyArray<{ readonly stop: () => Promise<void> }>;
    const funds = 1_000_000;
    const wallet = walletStream('alice', 'EUR');
    beforeAll(async () => {
      const billing = await startBilling({ eventStore: node.store });
      await sender(steady.url, bearer)('POST', '/wallets/alice/EUR/deposits', { amount: funds });
      await until('the money is there', async () => (await readForwards(node.store, wallet)).length > 0);
      services = [billing, await startOrders({ eventStore: node.store })];
    });
    afterAll(() => Promise.all(services.map(({ stop }) => stop())));

    type What =
      'send by the steady one' | 'send by the shaky one' | 'send and hang up' | 'lose answers' | 'cut' | 'mend';

    /** One thing that happens. */
    interface Step {
      readonly what: What;
      /** Turns of the event loop since the step before. */
      readonly after: number;
      /** Turns of the event loop until a caller hangs up. */
      readonly patience: number;
    }

    const anyStep: fc.Arbitrary<Step> = fc.record({
      what: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom<What[]>('send by the steady one', 'send by the shaky one') },
        { weight: 2, arbitrary: fc.constant<What>('send and hang up') },
        { weight: 1, arbitrary: fc.constantFrom<What[]>('lose answers', 'cut', 'mend') },
      ),
      after: fc.nat(30),
      patience: fc.nat(60),
    });

    const turns = async (count: number): Promise<void> => {
      for (let passed = 0; passed < count; passed += 1) await turn();
    };

    const hangUp = async (key: string, patience: number): Promise<undefined> => {
      const caller = new AbortController();
      const sending = post(steady.url, key, caller.signal).catch(() => undefined);
      await turns(patience);
      caller.abort();
      await sending;
    };

    const perform = async ({ what, patience }: Step, key: string): Promise<Response | undefined> => {
      switch (what) {
        case 'send by the steady one':
          return post(steady.url, key);
        case 'send by the shaky one':
          return post(shaky.url, key);
        case 'send and hang up':
          return hangUp(key, patience);
        case 'lose answers':
          return void wire.loseAnswers();
        case 'cut':
          return void wire.cut();
        case 'mend':
          return void wire.mend();
      }
    };

    const payments = async () => (await readForwards(node.store, wallet)).filter(ofType('PaymentProcessed'));

    it('take and charge an order once, however the requests with its key interleave', async () => {
      const taken = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 2, maxLength: 8 }), async (steps) => {
          const key = newKey();
          const performed: Promise<Response | undefined>[] = [];
          for (const next of steps) {
            await turns(next.after);
            performed.push(perform(next, key));
          }
          wire.mend();
          const answers = (await Promise.all(performed)).filter((answer) => answer !== undefined);
          const last = await post(steady.url, key);
          const { orderId, position } = await placed(last);
          for (const answer of answers) {
            if (answer.ok) expect(await placed(answer)).toEqual({ orderId, position, status: 'Requested' });
            else expect((await problemOf(answer)).type).toBe('/problems/outcome-unknown');
          }
          expect(await requestsFor(orderId)).toBe(1);
          taken.add(orderId);
        }),
        { numRuns: 25 },
      );
      for (const orderId of taken)
        await until(`order ${orderId} is settled`, async () => {
          return (await readForwards(node.store, orderStream(orderId))).length === 2;
        });
      const charged = await payments();
      expect(charged.filter(({ data }) => taken.has(data.orderId))).toHaveLength(taken.size);
      expect(charged.at(-1)?.data.balance).toBe(funds - price * charged.length);
    });
  });
});
