import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventSource } from 'eventsource';
import { createParser } from 'eventsource-parser';
import { OrderWithTimeline, PlacedOrder, StoryEvent, Ticket } from '../../api/answers.ts';
import { orderRequestStream, orderStream } from '../../domain/streams.ts';
import { readEvent } from '../../eventstore/read.ts';
import { redrive } from '../../eventstore/redrive.ts';
import { put } from '../../tests/fixtures/eventStore.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { startShell } from '../../tests/fixtures/shell.ts';
import { until } from '../../tests/fixtures/until.ts';
import { start as startBilling } from '../billing/billing.ts';
import { start as startOrders } from '../orders/orders.ts';

const items = [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }];
const wholeStory = ['OrderCreateRequested', 'OrderPending', 'PaymentProcessed', 'OrderCancelled', 'LetterSent'];

/** What a client has heard of a stream so far. */
interface Heard {
  readonly answer: Response;
  readonly events: ReadonlyArray<StoryEvent>;
  /** Comments, by which a stream shows that it is alive. */
  readonly comments: ReadonlyArray<string>;
  /** Resolves when the gateway has ended the stream in good order. */
  readonly ended: Promise<unknown>;
  readonly leave: () => void;
}

describe('orders that are watched', () => {
  let gateway: TestGateway;
  let services: ReadonlyArray<{ readonly stop: () => Promise<void> }> = [];
  let alice: Send;
  let bob: Send;
  const heard: Heard[] = [];
  beforeAll(async () => {
    gateway = await startTestGateway({ eventStreams: { heartbeat: 50 } });
    services = [await startOrders({ eventStore: gateway.store }), await startBilling({ eventStore: gateway.store })];
    alice = sender(gateway.url, await token('alice', 'client'));
    bob = sender(gateway.url, await token('bob', 'client', 'operator', 'auditor'));
  });
  afterEach(() => heard.splice(0).forEach(({ leave }) => leave()));
  afterAll(async () => {
    await Promise.all(services.map(({ stop }) => stop()));
    await gateway.stop();
  });

  const place = async (send = alice, userId = 'alice'): Promise<string> => {
    const answer = await send('POST', '/orders', { userId, currency: 'EUR', items });
    return granted(PlacedOrder.decode(await answer.json())).orderId;
  };
  const sendLetter = (orderId: string) =>
    put(gateway.store, {
      type: 'LetterSent',
      data: { orderId, letter: 'sorrow', messageId: `<${orderId}@example.com>` },
    });

  const hear = (answer: Response): Heard => {
    const events: StoryEvent[] = [];
    const comments: string[] = [];
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        const told = granted(StoryEvent.decode(JSON.parse(data)));
        expect({ id, event }).toEqual({ id: told.position, event: told.type });
        events.push(told);
      },
      onComment: (comment) => comments.push(comment),
    });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    const read = async (): Promise<void> => {
      for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read())
        parser.feed(part.value);
    };
    const listening: Heard = { answer, events, comments, ended: read(), leave: () => void reader?.cancel() };
    heard.push(listening);
    return listening;
  };
  const watch = async (path: string, send = alice, after?: string): Promise<Heard> => {
    const answer = await send('GET', path, undefined, after === undefined ? {} : { 'Last-Event-ID': after });
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
    return hear(answer);
  };
  const typesOf = ({ events }: Heard, orderId: string) =>
    events.filter((event) => event.orderId === orderId).map(({ type }) => type);

  /** An order whose story is over, as somebody who watched it from the first moment was told it. */
  const watchToEnd = async (): Promise<{ readonly orderId: string; readonly watched: Heard }> => {
    const orderId = await place();
    const watched = await watch(`/orders/${orderId}/events`);
    await until('it is cancelled', () => typesOf(watched, orderId).includes('OrderCancelled'));
    await sendLetter(orderId);
    await watched.ended;
    return { orderId, watched };
  };

  it('are told step by step from their request on, what each means and where the order stands, until the letter', async () => {
    const { orderId, watched } = await watchToEnd();
    expect(watched.events.map(({ type }) => type)).toEqual(wholeStory);
    expect(watched.events.map(({ status }) => status)).toEqual([
      'Requested',
      'Pending',
      undefined,
      'Cancelled',
      undefined,
    ]);
    expect(watched.events[0]).toMatchObject({ orderId, meaning: 'alice asked for an order of 51.00 EUR' });
    expect(watched.events.map(({ meaning }) => meaning)).toContain('the order is cancelled: InsufficientFunds');
  });

  it('go on after whichever event a client knew last, each event once', async () => {
    const { orderId, watched } = await watchToEnd();
    for (const [index, { position }] of watched.events.slice(0, -1).entries()) {
      const resumed = await watch(`/orders/${orderId}/events`, alice, position);
      await resumed.ended;
      expect(resumed.events).toEqual(watched.events.slice(index + 1));
    }
  });

  it('are told each step once, whatever is delivered again, and nothing of who had that done', async () => {
    const orderId = await place();
    const watched = await watch(`/orders/${orderId}/events`);
    await until('it is cancelled', () => typesOf(watched, orderId).includes('OrderCancelled'));
    const [requested, pending] = await Promise.all(
      [orderRequestStream(orderId), orderStream(orderId)].map((stream) => readEvent(gateway.store, stream, 0)),
    );
    const again = { by: 'olga', reason: 'it looked stuck' };
    await redrive(gateway.store, { topic: 'orders.create', eventId: requested?.id ?? '', ...again });
    await redrive(gateway.store, { topic: 'orders.pending', eventId: pending?.id ?? '', ...again });
    await sendLetter(orderId);
    await watched.ended;
    expect(watched.events.map(({ type }) => type)).toEqual(wholeStory);
    expect(JSON.stringify(watched.events)).not.toContain('olga');
    const shown = await alice('GET', `/orders/${orderId}?after=${watched.events.at(-1)?.position}`);
    const { timeline } = granted(OrderWithTimeline.decode(await shown.json()));
    expect(timeline.map(({ type }) => type)).toEqual(wholeStory);
    expect(JSON.stringify(timeline)).not.toContain('olga');
  });

  it('answer 204 to a client that knows the last event, so that browsers ask no more', async () => {
    const { orderId, watched } = await watchToEnd();
    const last = watched.events.at(-1)?.position ?? '';
    const answer = await alice('GET', `/orders/${orderId}/events`, undefined, { 'Last-Event-ID': last });
    expect(answer.status).toBe(204);
    expect(Number(answer.headers.get('Log-Position'))).toBeGreaterThanOrEqual(Number(last));
  });

  it('refuse an id that the log has not reached, also when their story is over; a browser closes as it does on 204', async () => {
    const { orderId, watched } = await watchToEnd();
    const last = watched.events.at(-1)?.position ?? '';
    const beyond = { 'Last-Event-ID': '99999999999999' };
    const problem = await problemOf(await alice('GET', `/orders/${orderId}/events`, undefined, beyond));
    expect(problem.detail).toBe(
      'The log ends before 99999999999999, so no answer can have told this position: read without it',
    );
    const { ticket } = granted(Ticket.decode(await (await alice('POST', '/tickets')).json()));
    for (const after of [last, beyond['Last-Event-ID']]) {
      const source = new EventSource(`${gateway.url}/orders/${orderId}/events?ticket=${ticket}&after=${after}`);
      await new Promise((resolve) => source.addEventListener('error', resolve));
      expect(source.readyState).toBe(EventSource.CLOSED);
    }
  });

  it('end when there will be no letter, too', async () => {
    const orderId = await place();
    const watched = await watch(`/orders/${orderId}/events`);
    await put(gateway.store, { type: 'LetterNotSent', data: { orderId, letter: 'sorrow', reason: 'NoAddress' } });
    await watched.ended;
    expect(watched.events.at(-1)?.type).toBe('LetterNotSent');
  });

  it('show that the connection is alive while nothing happens', async () => {
    const orderId = await place();
    const watched = await watch(`/orders/${orderId}/events`);
    await until('there were some heartbeats', () => watched.comments.length > 2);
  });

  it('are not shown to others, who are told no more than of an unknown order', async () => {
    const orderId = await place();
    const problems = await Promise.all(
      [orderId, randomUUID(), 'nonsense'].map(async (id) => problemOf(await bob('GET', `/orders/${id}/events`))),
    );
    expect(problems.map(({ type }) => type)).toEqual(Array.from({ length: 3 }, () => '/problems/order-not-found'));
    expect(problems[0]).toEqual(problems[1]);
  });

  it.each(['nonsense', '-1', '1.5', '9'.repeat(21), '9'.repeat(20)])('refuse the Last-Event-ID "%s"', async (id) => {
    const orderId = await place();
    for (const path of [`/orders/${orderId}/events`, '/orders/events']) {
      const problem = await problemOf(await alice('GET', path, undefined, { 'Last-Event-ID': id }));
      expect(problem).toMatchObject({ type: '/problems/invalid-position', status: 400 });
    }
  });

  it('are watched all at once by their user, from now on, and nobody else hears of them', async () => {
    const earlier = await place();
    const known = await watch(`/orders/${earlier}/events`);
    await until('the earlier one is settled', () => typesOf(known, earlier).includes('OrderCancelled'));
    const [all, others] = [await watch('/orders/events'), await watch('/orders/events', bob)];
    const [first, second] = await Promise.all([place(), place()]);
    const ofBob = await place(bob, 'bob');
    for (const orderId of [first, second])
      await until('it was told', () => typesOf(all, orderId).join() === wholeStory.slice(0, -1).join());
    await until('bob was told of his', () => typesOf(others, ofBob).length === 4);
    expect(new Set(all.events.map(({ orderId }) => orderId))).toEqual(new Set([first, second]));
    expect(new Set(others.events.map(({ orderId }) => orderId))).toEqual(new Set([ofBob]));
    const positions = all.events.map(({ position }) => BigInt(position));
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('are watched on from where a broken connection left off, even if nothing had been told by then', async () => {
    const before = await watch('/orders/events');
    const start = before.answer.headers.get('Log-Position') ?? '';
    before.leave();
    const missed = await place();
    const after = await watch('/orders/events', alice, start);
    await until('what was missed is told', () => typesOf(after, missed).length === 4);
    expect(typesOf(after, missed)).toEqual(wholeStory.slice(0, -1));
  });

  it('are watched on after a position in the query, for which a new ticket will do; a header counts for more', async () => {
    const { orderId, watched } = await watchToEnd();
    const [requested, pending, ...others] = watched.events.map(({ position }) => position);
    const { ticket } = granted(Ticket.decode(await (await alice('POST', '/tickets')).json()));
    const resume = (path: string, headers = {}) =>
      fetch(`${gateway.url}${path}?after=${requested}&ticket=${ticket}`, { headers });
    const one = hear(await resume(`/orders/${orderId}/events`));
    await one.ended;
    expect(one.events).toEqual(watched.events.slice(1));
    const all = hear(await resume('/orders/events'));
    await until('the rest is told', () => typesOf(all, orderId).join() === wholeStory.slice(1).join());
    const later = hear(await resume(`/orders/${orderId}/events`, { 'Last-Event-ID': pending ?? '' }));
    await later.ended;
    expect(later.events.map(({ position }) => position)).toEqual(others);
  });

  it('can be watched by curl -N', async () => {
    const { orderId, watched } = await watchToEnd();
    const shell = startShell();
    const bearer = `Authorization: Bearer ${await token('alice', 'client')}`;
    const printed = await shell.run(`curl -sN -H '${bearer}' ${gateway.url}/orders/${orderId}/events`);
    await shell.end();
    expect(printed.match(/^event: .*$/gm)).toEqual(wholeStory.map((type) => `event: ${type}`));
    expect(printed).toContain(`id: ${watched.events[0]?.position}\n`);
  });
});
