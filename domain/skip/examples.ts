import { teapots } from '../orderRequest/examples.ts';
import { orderRequestStream } from '../streams.ts';
import type { EventSkipped } from './messages.ts';

export const teapotsSkipped: EventSkipped = {
  type: 'EventSkipped',
  data: {
    projection: 'orders',
    position: '300',
    type: 'OrderCreateRequested',
    stream: orderRequestStream(teapots.orderId),
    by: 'olga',
    reason: 'written by a trial of ours',
  },
};
