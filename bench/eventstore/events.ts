import { jsonEvent, type JSONEventData } from '@eventstore/db-client';

/** An event of about 650 bytes in storage, as an order system has them. */
export const anEvent = (type: string): JSONEventData =>
  jsonEvent({
    type,
    data: { orderId: 'c7a1b6de-6f5f-4c0a-9f5e-0d6f0f6a1b2c', userId: 'alice', note: 'x'.repeat(280) },
    metadata: { $correlationId: 'c7a1b6de-6f5f-4c0a-9f5e-0d6f0f6a1b2c', version: 1 },
  });
