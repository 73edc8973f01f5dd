import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { ofType, type RecordedEvent } from '../events.ts';
import { history } from '../examples.ts';
import { teapots, teapotsRequested } from './examples.ts';
import { orderRequest, type RequestOrder } from './orderRequest.ts';

const requested = history.filter(ofType('OrderCreateRequested')).slice(0, 1);
const given = (events: ReadonlyArray<RecordedEvent<'OrderCreateRequested'>>) => ({
  when: (command: RequestOrder) =>
    orderRequest.decide(command, events.reduce(orderRequest.evolve, orderRequest.initial)),
});
const request: RequestOrder = { type: 'RequestOrder', order: teapots };

describe('order request', () => {
  it('stands in the log with everything that was ordered', () => {
    expect(given([]).when(request)).toEqual(E.right(O.some(teapotsRequested)));
  });

  it('refuses to be made a second time under its id', () => {
    const reason = `Expected no request for order ${teapots.orderId} yet, found one`;
    expect(requested).toHaveLength(1);
    expect(given(requested).when(request)).toEqual(E.left({ reason }));
  });
});
