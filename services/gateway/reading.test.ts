import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlacedOrder } from '../../api/answers.ts';
import { startTestStore } from '../../tests/fixtures/eventStore.ts';
import { appendForeign } from '../../tests/fixtures/foreign.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { startReadSides, type ReadSide, type ReadSides } from '../../tests/fixtures/readSide.ts';
import { until } from '../../tests/fixtures/until.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }] };

/** Of nothing. */
const someId = '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11';

const positionOf = (answer: Response): bigint => BigInt(answer.headers.get('Log-Position') ?? '');

describe('a read', () => {
  let sides: ReadSides;
  let side: ReadSide;
  let gateway: TestGateway;
  let alice: Send;
  let projections: Awaited<ReturnType<ReadSide['start']>>;
  beforeAll(async () => {
    sides = await startReadSides();
    side = await sides.open();
    gateway = await startBareGateway({ eventStore: sides.events.store, databaseUrl: side.databaseUrl });
    alice = sender(gateway.url, await token('alice', 'client', 'operator'));
    projections = await side.start();
    await until('the gateway is ready', async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  });
  afterAll(async () => {
    await gateway.stop();
    await side.close();
    await sides.stop();
  });

  const place = async (): Promise<PlacedOrder> =>
    granted(PlacedOrder.decode(await (await alice('POST', '/orders', order)).json()));

  describe('with a position', () => {
    it('is answered as of that position or later, though it comes the moment after what it asks for', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { orderId, position } = await place();
        const answer = await alice('GET', `/orders/${orderId}?after=${position}`);
        expect(answer.status).toBe(200);
        expect(positionOf(answer)).toBeGreaterThanOrEqual(BigInt(position));
      }
    });

    it.each([
      '/orders',
      '/wallets',
      '/wallets/EUR',
      '/wallets/EUR/operations',
      `/orders/${someId}`,
      `/deposits/${someId}`,
    ])('waits until GET %s shows it, whatever else was written there', async (path) => {
      await projections.stop();
      const position = await appendForeign(sides.events.store);
      const answering = alice('GET', `${path}?after=${position}`, undefined, { Prefer: 'wait=20' });
      projections = await side.start();
      const answer = await answering;
      expect(positionOf(answer)).toBeGreaterThanOrEqual(position);
      expect(answer.headers.get('Preference-Applied')).toBe('wait=20');
      expect(answer.status).toBe(path.includes(someId) ? 404 : 200);
    });

    it('is told how far the read model is when it does not get there in time', async () => {
      await projections.stop();
      const before = positionOf(await alice('GET', '/orders'));
      const position = await appendForeign(sides.events.store);
      const answer = await alice('GET', `/orders?after=${position}`, undefined, { Prefer: 'wait=1' });
      expect(answer.headers.get('Preference-Applied')).toBe('wait=1');
      expect(await problemOf(answer)).toMatchObject({
        type: '/problems/read-model-behind',
        status: 504,
        detail: expect.stringContaining(`up to ${before}, and not up to ${position} yet`),
        position: String(before),
        after: String(position),
      });
      const impatient = await alice('GET', `/orders?after=${position}`, undefined, { Prefer: 'wait=0' });
      expect(impatient.status).toBe(504);
      projections = await side.start();
      expect((await alice('GET', `/orders?after=${position}`)).status).toBe(200);
    });

    it.each(['', '-1', '1.5', 'x', '0x10', '1'.repeat(21), '1&after=1'])(
      'is refused for the position "%s"',
      async (after) => {
        expect(await problemOf(await alice('GET', `/orders?after=${after}`))).toMatchObject({
          type: '/problems/invalid-position',
          status: 400,
          detail: expect.stringContaining('Expected one after=<position>'),
        });
      },
    );

    it('is refused for a position that the log has not reached', async () => {
      const newest = await appendForeign(sides.events.store);
      for (const after of [newest + 1n, 10n ** 19n]) {
        const problem = await problemOf(await alice('GET', `/orders?after=${after}`));
        expect(problem).toMatchObject({ type: '/problems/invalid-position', status: 400 });
        expect(problem.detail).toContain(`The log ends before ${after}`);
      }
    });

    it('is turned away when too many were let go at once for its turn to come in time', async () => {
      const limits = { turns: 1, turnTimeout: 1 };
      const { store } = sides.events;
      const slow = await startBareGateway({ eventStore: store, databaseUrl: side.databaseUrl, limits });
      const read = sender(slow.url, await token('alice'));
      await projections.stop();
      const position = await appendForeign(store);
      const asked = Array.from({ length: 50 }, () => read('GET', `/orders?after=${position}`));
      // Asked last, and answered once the read model and the log were asked for all before it: from then on they wait.
      expect((await read('GET', `/orders?after=${position + 1n}`)).status).toBe(400);
      projections = await side.start();
      const answers = await Promise.all(asked);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
      for (const answer of answers.filter(({ status }) => status === 503)) {
        expect(answer.headers.get('Retry-After')).toBe('1');
        expect((await problemOf(answer)).type).toBe('/problems/overloaded');
      }
      await slow.stop();
    });

    it('is answered with what is known when the gateway ends before the read model is there', async () => {
      const { store } = sides.events;
      const brief = await startBareGateway({ eventStore: store, databaseUrl: side.databaseUrl, stopTimeout: 1_000 });
      await projections.stop();
      const position = await appendForeign(store);
      const asked = await sender(brief.url, await token('alice'))('GET', '/orders');
      const answering = sender(brief.url, await token('alice'))('GET', `/orders?after=${position}`, undefined, {
        Prefer: 'wait=30',
      });
      await fetch(`${brief.url}/health/live`);
      await brief.stop();
      expect(await problemOf(await answering)).toMatchObject({
        status: 504,
        position: asked.headers.get('Log-Position'),
      });
      projections = await side.start();
    });
  });

  describe('that names what it shows', () => {
    const paths = ['/orders', '/wallets', '/wallets/EUR', '/wallets/EUR/operations'];

    it.each(paths)(
      'has at GET %s a tag of its content, and may be kept by its caller if they ask each time',
      async (path) => {
        const [answer, again] = [await alice('GET', path), await alice('GET', path)];
        expect(answer.headers.get('ETag')).toMatch(/^"[A-Za-z0-9_-]{43}"$/);
        expect(again.headers.get('ETag')).toBe(answer.headers.get('ETag'));
        expect(answer.headers.get('Cache-Control')).toBe('private, no-cache');
      },
    );

    it.each<[string, (tag: string) => string]>([
      ['the tag', (tag) => tag],
      ['the tag as a cache weakened it', (tag) => `W/${tag}`],
      ['the tag among others', (tag) => `"a", ${tag},"b"`],
      ['any', () => '*'],
    ])('is not sent again to a caller who has %s', async (_, known) => {
      const answer = await alice('GET', '/orders');
      const again = await alice('GET', '/orders', undefined, {
        'If-None-Match': known(answer.headers.get('ETag') ?? ''),
      });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      for (const name of ['ETag', 'Cache-Control', 'Log-Position'])
        expect(again.headers.get(name)).toBe(answer.headers.get(name));
    });

    it('is not sent again though the log went on, as long as it says the same', async () => {
      const first = await alice('GET', '/orders');
      const position = await appendForeign(sides.events.store);
      const tag = first.headers.get('ETag') ?? '';
      const again = await alice('GET', `/orders?after=${position}`, undefined, { 'If-None-Match': tag });
      expect(again.status).toBe(304);
      expect(positionOf(again)).toBeGreaterThan(positionOf(first));
    });

    it('is sent again when it changed', async () => {
      const first = await alice('GET', '/orders');
      const { position } = await place();
      const tag = first.headers.get('ETag') ?? '';
      const again = await alice('GET', `/orders?after=${position}`, undefined, { 'If-None-Match': tag });
      expect(again.status).toBe(200);
      expect(again.headers.get('ETag')).not.toBe(tag);
    });

    it('has the same tag for what is not sent: a HEAD', async () => {
      const answer = await alice('HEAD', '/orders');
      expect(await answer.text()).toBe('');
      expect(answer.headers.get('ETag')).toBe((await alice('GET', '/orders')).headers.get('ETag'));
    });

    it('has no tag, and is not kept, when it is a problem', async () => {
      const answer = await alice('GET', `/orders/${someId}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('Log-Position')).toMatch(/^[0-9]+$/);
      expect(answer.headers.get('ETag')).toBeNull();
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    });
  });

  it('of a log that holds nothing shows the position 0', async () => {
    const empty = await startTestStore();
    const other = await sides.open();
    const newborn = await startBareGateway({ eventStore: empty.store, databaseUrl: other.databaseUrl });
    await other.start({ eventStore: empty.store });
    const read = sender(newborn.url, await token('alice'));
    const answer = await until('it is answered', async () => {
      const found = await read('GET', '/orders?after=0');
      return found.ok && found;
    });
    expect(answer.headers.get('Log-Position')).toBe('0');
    await newborn.stop();
    await other.close();
    await empty.stop();
  });
});
