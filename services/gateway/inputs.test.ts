import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';

const line = { sku: 'teapot', quantity: 2, unitPrice: 2550 };
const order = { userId: 'alice', currency: 'EUR', items: [line] };

const text = 'must be 1 to 64 printable characters without blanks at the ends';
const quantity = 'must be a positive whole number, at most 9007199254740991';
const amount = 'must be a positive whole number of minor units, at most 9007199254740991';
const currency = 'must be an ISO 4217 currency code such as "EUR"';
const userId = 'must be 1 to 64 letters, digits, "_" or "-"';
const lines = 'must be an array of 1 to 100 order lines';

describe('input that is refused', () => {
  let gateway: TestGateway;
  let send: Send;
  let before: ReadonlyArray<string>;
  beforeAll(async () => {
    gateway = await startBareGateway();
    send = sender(gateway.url, await token('alice', 'client', 'operator'));
  });
  afterAll(() => gateway.stop());

  // Every test of this file is about something that must not be stored.
  beforeEach(async () => {
    before = await wholeLog(gateway.store);
  });
  afterEach(async () => expect(await wholeLog(gateway.store)).toEqual(before));

  const withLine = (changes: object) => ({ ...order, items: [line, { ...line, ...changes }] });

  it.each([
    ['is empty', {}, { '/userId': userId, '/currency': currency, '/items': lines }],
    ['is an array', [], { '': 'must be an object' }],
    ['has a userId that is a number', { ...order, userId: 7 }, { '/userId': userId }],
    ['has a userId with a dot', { ...order, userId: 'al.ice' }, { '/userId': userId }],
    ['has an unknown currency', { ...order, currency: 'XXX' }, { '/currency': currency }],
    ['has a currency in lower case', { ...order, currency: 'eur' }, { '/currency': currency }],
    ['has no items', { ...order, items: [] }, { '/items': lines }],
    ['has 101 items', { ...order, items: Array<object>(101).fill(line) }, { '/items': lines }],
    ['has 5000 items that are no lines', { ...order, items: Array<number>(5_000).fill(1) }, { '/items': lines }],
    ['has items that are an object', { ...order, items: { 0: line, length: 1 } }, { '/items': lines }],
    ['has an item that is null', { ...order, items: [line, null] }, { '/items/1': 'must be an object' }],
    [
      'has a line without fields',
      withLine({ sku: undefined, quantity: undefined, unitPrice: undefined }),
      {
        '/items/1/sku': text,
        '/items/1/quantity': quantity,
        '/items/1/unitPrice': amount,
      },
    ],
    ['has a negative quantity', withLine({ quantity: -1 }), { '/items/1/quantity': quantity }],
    ['has a quantity of zero', withLine({ quantity: 0 }), { '/items/1/quantity': quantity }],
    ['has a fractional price', withLine({ unitPrice: 0.5 }), { '/items/1/unitPrice': amount }],
    ['has an unsafe price', withLine({ unitPrice: 2 ** 53 }), { '/items/1/unitPrice': amount }],
    ['has a price that is text', withLine({ unitPrice: '2550' }), { '/items/1/unitPrice': amount }],
    ['has a sku with NUL', withLine({ sku: 'tea\0pot' }), { '/items/1/sku': text }],
    ['has a sku with a line break', withLine({ sku: 'tea\r\npot' }), { '/items/1/sku': text }],
    ['has a sku with a lone surrogate', withLine({ sku: 'tea\ud800pot' }), { '/items/1/sku': text }],
    ['has a sku that is too long', withLine({ sku: 'x'.repeat(65) }), { '/items/1/sku': text }],
    ['has a sku that is empty', withLine({ sku: '' }), { '/items/1/sku': text }],
    [
      'has a total beyond the safe integers',
      withLine({ quantity: 2 ** 52, unitPrice: 2 }),
      {
        '/items': 'must add up to at most 9007199254740991 minor units',
      },
    ],
    [
      'has several faults',
      { userId: 'alice', currency: '', items: [{ sku: ' x', quantity: 1.5, unitPrice: -1 }] },
      {
        '/currency': currency,
        '/items/0/sku': text,
        '/items/0/quantity': quantity,
        '/items/0/unitPrice': amount,
      },
    ],
  ])('answers 422 with every fault when an order %s', async (_, body, faults) => {
    const problem = await problemOf(await send('POST', '/orders', body));
    expect(problem).toMatchObject({ type: '/problems/invalid-input', status: 422 });
    expect(problem.errors).toEqual(Object.entries(faults).map(([pointer, detail]) => ({ pointer, detail })));
  });

  const priced = (price: string) =>
    `{"userId":"alice","currency":"EUR","items":[{"sku":"teapot","quantity":1,"unitPrice":${price}}]}`;

  it.each(['-0', '1e400', '9007199254740993', 'true', '[[1]]', '{"valueOf":1}'])(
    'answers 422 when a price is the JSON %s',
    async (price) => {
      const problem = await problemOf(await send('POST', '/orders', priced(price)));
      expect(problem.errors).toEqual([{ pointer: '/items/0/unitPrice', detail: amount }]);
    },
  );

  it('takes no field from "__proto__"', async () => {
    const { errors } = await problemOf(await send('POST', '/orders', `{"__proto__":${JSON.stringify(order)}}`));
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/userId', '/currency', '/items']);
  });

  it('holds the last of two equal keys against the rules', async () => {
    const body = `{"userId":"alice","currency":"EUR","currency":"none","items":[${JSON.stringify(line)}]}`;
    expect((await problemOf(await send('POST', '/orders', body))).errors).toEqual([
      { pointer: '/currency', detail: currency },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['half an object', '{"userId":"alice"'],
    ['two objects', '{}{}'],
    ['a trailing comma', '{"userId":"alice",}'],
    ['NaN', '{"userId":NaN}'],
  ])('answers 400 to %s', async (_, body) => {
    expect(await problemOf(await send('POST', '/orders', body))).toMatchObject({
      type: '/problems/malformed-body',
      status: 400,
    });
  });

  it('answers 400 to bytes that are not UTF-8', async () => {
    const answer = await fetch(`${gateway.url}/orders`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await token('alice', 'client')}`, 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify(order).replace('teapot', 'caf\xe9'), 'latin1'),
    });
    expect((await problemOf(answer)).type).toBe('/problems/malformed-body');
  });

  it('answers 422 to nesting as deep as a body can be', async () => {
    const deep = '['.repeat(32_000) + ']'.repeat(32_000);
    expect((await send('POST', '/orders', deep)).status).toBe(422);
    expect((await send('POST', '/orders', `{"items":${deep}}`)).status).toBe(422);
  });

  it.each(['text/plain', 'application/json-patch+json', 'application/x-www-form-urlencoded', ''])(
    'answers 415 to the content type "%s"',
    async (type) => {
      const answer = await send('POST', '/orders', order, { 'Content-Type': type });
      expect((await problemOf(answer)).type).toBe('/problems/unsupported-media-type');
    },
  );

  it('answers 415 to a compressed body', async () => {
    const answer = await send('POST', '/orders', order, { 'Content-Encoding': 'gzip' });
    expect(await problemOf(answer)).toMatchObject({ status: 415, detail: expect.stringContaining('gzip') });
  });

  const padded = (bytes: number): string => JSON.stringify(order) + ' '.repeat(bytes - JSON.stringify(order).length);

  it('answers 413 to a body of more than 64 KiB', async () => {
    expect((await problemOf(await send('POST', '/orders', padded(65_537)))).type).toBe('/problems/body-too-large');
  });

  it('answers 413 to chunks that add up to more than 64 KiB', async () => {
    const answer = await fetch(`${gateway.url}/orders`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await token('alice', 'client')}`, 'Content-Type': 'application/json' },
      body: new Blob([padded(200_000)]).stream(),
      duplex: 'half',
    });
    expect((await problemOf(answer)).type).toBe('/problems/body-too-large');
  });

  it('answers 422 with every fault when a deposit breaks rules, the path told as if it were in the body', async () => {
    const { errors } = await problemOf(await send('POST', '/wallets/al.ice/XXX/deposits', { amount: 0 }));
    expect(errors).toEqual([
      { pointer: '/userId', detail: userId },
      { pointer: '/currency', detail: currency },
      { pointer: '/amount', detail: amount },
    ]);
  });

  it('answers 422 when a deposit is no object', async () => {
    const { errors } = await problemOf(await send('POST', '/wallets/alice/EUR/deposits', []));
    expect(errors).toEqual([{ pointer: '', detail: 'must be an object' }]);
  });

  it.each([
    ['DELETE', '/orders', 'GET, HEAD, POST'],
    ['GET', '/wallets/alice/EUR/deposits', 'POST'],
    ['POST', '/profile', 'GET, HEAD, PUT'],
    ['PURGE', '/orders', 'GET, HEAD, POST'],
  ])('answers 405 to %s %s and says what is allowed', async (method, path, allowed) => {
    const answer = await send(method, path);
    expect((await problemOf(answer)).type).toBe('/problems/method-not-allowed');
    expect(answer.headers.get('Allow')?.split(', ').sort().join(', ')).toBe(allowed);
  });

  it.each(['/', '/order', '/orders/a/b', '/wallets/a/b/c', '/%E0%A4%A'])(
    'answers 404 to the unknown path %s',
    async (path) => {
      expect((await problemOf(await send('GET', path))).type).toBe('/problems/unknown-path');
    },
  );
});
