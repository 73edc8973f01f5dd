import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simpleParser, type AddressObject } from 'mailparser';
import { createTransport } from 'nodemailer';
import { PlacedOrder } from '../../api/answers.ts';
import { createClient, type Client, type NewOrder } from '../../client/client.ts';
import { Email, PersonName, Sku } from '../../domain/text.ts';
import { totalOf } from '../../domain/money.ts';
import { OrderLine } from '../../domain/orderRequest/messages.ts';
import { orderRequestStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { sender, type Send } from '../../tests/fixtures/http.ts';
import { until } from '../../tests/fixtures/until.ts';
import { write } from '../notifications/letter.ts';

// Text of every kind: of whole characters, of any code points, of what other systems stumble over.
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.constantFrom('a\r\nBcc: b@example.com', '\0', '\ud800', '\u202e', "'; DROP TABLE orders; --"),
  fc.constantFrom(
    '=?utf-8?q?=0A?=',
    '$0',
    '{{name}}',
    '<script>',
    '%00',
    '\\u0000',
    '", "b" <b@example.com>',
    '🧑‍🚀'.repeat(9),
    '.',
    '\u2028',
  ),
);
const anyNumber = fc.oneof(
  fc.integer({ min: 1, max: 1_000_000 }),
  fc.maxSafeNat(),
  fc.constantFrom(0, -0, -1, 0.1, 2 ** 53, 1e300, Number.MAX_SAFE_INTEGER, Number.EPSILON),
);
const anyJson = fc.jsonValue();

/** Mostly `good`, so that most bodies are accepted whole; now and then anything. */
const mostly = (good: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 19, arbitrary: good }, { weight: 1, arbitrary: fc.oneof(bad, anyJson) });

const anyLine = fc.record({
  sku: mostly(anyText.filter(Sku.is), anyText),
  quantity: mostly(fc.integer({ min: 1, max: 1_000 }), anyNumber),
  unitPrice: mostly(fc.integer({ min: 1, max: 2 ** 40 }), anyNumber),
});
const anyOrder = fc.record({
  userId: mostly(fc.constant('alice'), anyText),
  currency: mostly(fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), anyText),
  items: mostly(
    fc.array(anyLine, { minLength: 1, maxLength: 4 }),
    fc.array(anyLine, { minLength: 95, maxLength: 105 }),
  ),
});

const expectedHeaders = ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to', 'x-order-id'];

describe('whatever the gateway accepts', () => {
  let gateway: TestGateway;
  let send: Send;
  let client: Client;
  beforeAll(async () => {
    gateway = await startTestGateway();
    const alice = await token('alice', 'client');
    send = sender(gateway.url, alice);
    client = createClient({ url: gateway.url, token: alice });
  });
  afterAll(() => gateway.stop());

  it('can be held by streams and projections as it was sent', async () => {
    const accepted = new Map<string, NewOrder>();
    await fc.assert(
      fc.asyncProperty(anyOrder, async (body) => {
        const answer = await send('POST', '/orders', body);
        expect([202, 403, 422]).toContain(answer.status);
        if (answer.status !== 202) return;
        const { orderId } = granted(PlacedOrder.decode(await answer.json()));
        const [event] = await readForwards(gateway.store, orderRequestStream(orderId));
        expect(event?.data).toMatchObject(body);
        accepted.set(orderId, body as NewOrder);
      }),
      { numRuns: 100 },
    );
    expect(accepted.size).toBeGreaterThan(30);
    for (const [orderId, order] of accepted) {
      const shown = await until(`order ${orderId} is shown`, async () => {
        const found = await client.order(orderId);
        return found._tag === 'Right' && found.right;
      });
      expect(shown).toMatchObject({ ...order, total: totalOf(order.items) });
    }
  });

  it('can be held by a letter and its headers as it was sent', async () => {
    const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    const anyEmail = mostly(fc.emailAddress().filter(Email.is), anyText);
    const anyProfile = fc.record({ name: mostly(anyText.filter(PersonName.is), anyText), email: anyEmail });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(anyProfile, fc.array(anyLine, { minLength: 1, maxLength: 3 }), async (profile, items) => {
        const answer = await send('PUT', '/profile', profile);
        expect([200, 422]).toContain(answer.status);
        const order = { orderId: randomUUID(), userId: 'alice', currency: 'EUR', total: 1, items };
        if (answer.status !== 200 || !items.every(OrderLine.is)) return;
        const { name, email } = granted(await client.profile());
        expect({ name, email }).toEqual(profile);
        const letter = write({ type: 'OrderCancelled', data: { ...order, items, reason: 'InsufficientFunds' } }, name);
        const headers = { 'X-Order-Id': order.orderId };
        const { message } = await transport.sendMail({
          from: 'a@example.com',
          to: { name, address: email },
          headers,
          ...letter,
        });
        const parsed = await simpleParser(message);
        expect([...parsed.headers.keys()].sort()).toEqual(expectedHeaders);
        expect(parsed.headers.get('x-order-id')).toBe(order.orderId);
        expect((parsed.to as AddressObject).value).toEqual([{ name, address: email }]);
        for (const { sku } of items) expect(parsed.text).toContain(sku);
        accepted += 1;
      }),
      { numRuns: 100 },
    );
    expect(accepted).toBeGreaterThan(30);
  });
});
