import { teapots } from '../orderRequest/examples.ts';
import { orderRequestStream } from '../streams.ts';
import type { RedriveRequested } from './messages.ts';

export const teapotsRedriven: RedriveRequested = {
  type: 'RedriveRequested',
  data: {
    eventId: 'd4b7e9a0-5c1f-4e68-9b2d-7f3a8c6e1d55',
    topic: 'orders.create',
    stream: orderRequestStream(teapots.orderId),
    revision: 0,
    by: 'olga',
    reason: 'billing was fixed',
  },
};
