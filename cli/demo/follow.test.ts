import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventType } from '../../domain/events.ts';
import type { Step } from '../../domain/story.ts';
import { put, someOrder, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { until } from '../../tests/fixtures/until.ts';
import { follow } from './follow.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const { signal } = new AbortController();
const isLast = (type: EventType): boolean => type === 'OrderPending';

describe('follow', () => {
  it('tells each step of one order when it happens, and ends with the last one', async () => {
    const order = someOrder();
    const told: Step[] = [];
    const following = follow(test.store, { id: order.orderId, isLast, onStep: (step) => told.push(step), signal });
    await put(test.store, { type: 'OrderCreateRequested', data: someOrder() });
    const cause = await put(test.store, { type: 'OrderCreateRequested', data: order });
    await until('the request is told', () => told.length === 1);
    await put(test.store, { type: 'OrderPending', data: order }, { cause });
    const steps = await following;
    expect(told).toEqual(steps);
    expect(steps.map(({ event, status }) => [event.type, status])).toEqual([
      ['OrderCreateRequested', 'Requested'],
      ['OrderPending', 'Pending'],
    ]);
  });

  it('says how far a story came that does not end in time', async () => {
    const order = someOrder();
    await put(test.store, { type: 'OrderCreateRequested', data: order });
    const following = follow(test.store, {
      id: order.orderId,
      isLast,
      onStep: () => undefined,
      timeoutMs: 500,
      signal,
    });
    await expect(following).rejects.toThrow(
      `Expected the story of ${order.orderId} to end within 500 ms, found OrderCreateRequested.`,
    );
  });
});
