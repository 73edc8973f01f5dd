import type { OrderCreateRequested, OrderDetails } from './messages.ts';

/** Alice orders two teapots and a tea: 25.50 + 25.50 + 4.00 = 55.00 EUR. */
export const teapots: OrderDetails = {
  orderId: '7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11',
  userId: 'alice',
  currency: 'EUR',
  items: [
    { sku: 'teapot', quantity: 2, unitPrice: 2550 },
    { sku: 'darjeeling 100 g', quantity: 1, unitPrice: 400 },
  ],
  total: 5500,
};

/** Alice orders a piano that her wallet cannot pay: 9,000.00 EUR. */
export const piano: OrderDetails = {
  orderId: '0f6de1b4-8f0e-4b21-9d2a-5f1f6b7c2a22',
  userId: 'alice',
  currency: 'EUR',
  items: [{ sku: 'piano', quantity: 1, unitPrice: 900_000 }],
  total: 900_000,
};

export const teapotsRequested: OrderCreateRequested = { type: 'OrderCreateRequested', data: teapots };
export const pianoRequested: OrderCreateRequested = { type: 'OrderCreateRequested', data: piano };
