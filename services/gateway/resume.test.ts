import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlacedOrder } from '../../api/answers.ts';
import { connect, type EventStore } from '../../eventstore/connection.ts';
import { timelines } from '../../projections/readModels/timelines.ts';
import { put } from '../../tests/fixtures/eventStore.ts';
import { log } from '../../tests/fixtures/logger.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { sender, type Send } from '../../tests/fixtures/http.ts';
import { startProxy, type Proxy } from '../../tests/fixtures/proxy.ts';
import { startReadSides, type ReadSide, type ReadSides } from '../../tests/fixtures/readSide.ts';
import { until } from '../../tests/fixtures/until.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };

describe('an order that is watched while not everything is there', () => {
  let sides: ReadSides;
  let side: ReadSide;
  let proxy: Proxy;
  let eventStore: EventStore;
  let gateway: TestGateway;
  let alice: Send;
  let projections: Awaited<ReturnType<ReadSide['start']>>;
  beforeAll(async () => {
    sides = await startReadSides();
    side = await sides.open();
    proxy = await startProxy(sides.events.port);
    const { url, port } = sides.events;
    eventStore = connect({ url: url.replace(`:${port}`, `:${proxy.port}`), name: 'gateway', log });
    gateway = await startBareGateway({ eventStore, databaseUrl: side.databaseUrl });
    alice = sender(gateway.url, await token('alice', 'client'));
    projections = await side.start();
    await until('the gateway is ready', async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  });
  afterAll(async () => {
    await gateway.stop();
    await side.close();
    await eventStore.close();
    await proxy.close();
    await sides.stop();
  });

  const place = async (): Promise<PlacedOrder> =>
    granted(PlacedOrder.decode(await (await alice('POST', '/orders', order)).json()));
  const sendLetter = (orderId: string) =>
    put(sides.events.store, {
      type: 'LetterSent',
      data: { orderId, letter: 'sorrow', messageId: `<${orderId}@example.com>` },
    });

  it('ends once the read model knows the last event that its client knows already', async () => {
    const { orderId, position } = await place();
    await side.isAt(timelines, BigInt(position));
    await projections.stop();
    const last = await sendLetter(orderId);
    const known = { 'Last-Event-ID': String(last.position) };
    const answer = await alice('GET', `/orders/${orderId}/events`, undefined, known);
    expect(answer.status).toBe(200);
    const text = answer.text();
    projections = await side.start();
    expect(await text).not.toContain('event:');
  });

  it('begins, and goes on, while the event store does not answer the gateway', async () => {
    const { orderId, position } = await place();
    await side.isAt(timelines, BigInt(position));
    proxy.cut();
    const answer = await alice('GET', `/orders/${orderId}/events`);
    expect(answer.status).toBe(200);
    await sendLetter(orderId);
    expect((await answer.text()).match(/^event: .*$/gm)).toEqual(['event: OrderCreateRequested', 'event: LetterSent']);
  });
});
