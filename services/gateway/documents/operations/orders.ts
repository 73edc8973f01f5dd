import { Order, Orders, OrderWithTimeline, PlacedOrder, StoryEvent, Ticket } from '../../../../api/answers.ts';
import * as examples from '../../../../api/examples.ts';
import { OrderInput } from '../../../../api/inputs.ts';
import type { Documented, Operation } from '../operation.ts';
import { readAnswers, readParameters } from './reading.ts';

const { position, type } = examples.storyEvent;
const streamed = `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(examples.storyEvent)}\n\n`;

const stream: Documented = {
  description:
    'Server-sent events, as they come: `id` is the position, `event` the type, `data` a StoryEvent as JSON. Lines that ' +
    'begin with a colon say that the connection is alive.',
  content: { type: 'text/event-stream', eventData: StoryEvent, examples: { paid: streamed } },
};

/** Orders, as their users place and follow them. */
export const orderOperations: ReadonlyArray<Operation> = [
  {
    id: 'placeOrder',
    method: 'post',
    path: '/orders',
    tag: 'Orders',
    summary: 'Place an order',
    description:
      'The order is taken when its request stands in the log; whether it is paid is decided a moment later. With ' +
      '`Prefer: wait` the answer comes when that is known.',
    access: ['client'],
    parameters: ['Idempotency-Key', 'Prefer'],
    body: { codec: OrderInput, examples: { teapots: examples.orderInput } },
    answers: {
      200: {
        description: 'It is paid or cancelled. Only with `Prefer: wait`.',
        headers: ['Location', 'Log-Position', 'Preference-Applied'],
        maybe: ['Idempotency-Replayed'],
        content: { codec: Order, examples: { paid: examples.paidOrder, cancelled: examples.cancelledOrder } },
      },
      202: {
        description: 'It is taken. Look at the Location, or wait with `after`.',
        headers: ['Location', 'Log-Position'],
        maybe: ['Idempotency-Replayed'],
        content: { codec: PlacedOrder, examples: { teapots: examples.placedOrder } },
      },
    },
    problems: ['foreignUser', 'outcomeUnknown'],
  },
  {
    id: 'listOrders',
    method: 'get',
    path: '/orders',
    tag: 'Orders',
    summary: 'List your orders',
    description: 'Newest first. Pages stay as they are while orders arrive.',
    access: 'token',
    parameters: ['status', 'limit', 'cursor', ...readParameters],
    answers: readAnswers('A page; `next` leads to the following one.', Orders, { orders: examples.orders }, ['Link']),
  },
  {
    id: 'watchOrders',
    method: 'get',
    path: '/orders/events',
    tag: 'Orders',
    summary: 'Watch all your orders move',
    description:
      'Server-sent events of all your orders: from now on, or after `Last-Event-ID`. Made for EventSource and `curl -N`.',
    access: 'ticket',
    parameters: ['Last-Event-ID', 'knownUpTo'],
    answers: { 200: { ...stream, headers: ['Log-Position'] } },
  },
  {
    id: 'showOrder',
    method: 'get',
    path: '/orders/{orderId}',
    tag: 'Orders',
    summary: 'Show an order',
    description: 'With its timeline: which events happened, when, and what they mean.',
    access: 'token',
    parameters: readParameters,
    answers: readAnswers('The order.', OrderWithTimeline, { paid: examples.paidOrderWithTimeline }),
    problems: ['orderNotFound'],
  },
  {
    id: 'watchOrder',
    method: 'get',
    path: '/orders/{orderId}/events',
    tag: 'Orders',
    summary: 'Watch an order move',
    description:
      'Server-sent events of the order: from its beginning, or after `Last-Event-ID`, until its letter is sent, or will ' +
      'not be. Made for EventSource and `curl -N`.',
    access: 'ticket',
    parameters: ['Last-Event-ID', 'knownUpTo'],
    answers: {
      200: { ...stream, maybe: ['Log-Position'] },
      204: { description: 'Nothing more will come. A browser does not ask again.', headers: ['Log-Position'] },
    },
    problems: ['orderNotFound'],
  },
  {
    id: 'issueTicket',
    method: 'post',
    path: '/tickets',
    tag: 'Orders',
    summary: 'Get a ticket for watching',
    description:
      'An EventSource can send no header: put the ticket into the query of an event stream, as `?ticket=…`. It is good for ' +
      'that alone, and for a minute; a stream that is open then stays open.',
    access: 'token',
    answers: {
      201: { description: 'The ticket.', content: { codec: Ticket, examples: { ticket: examples.ticket } } },
    },
  },
];
