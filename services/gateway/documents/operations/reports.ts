import { OrdersPerDay } from '../../../../api/answers.ts';
import * as examples from '../../../../api/examples.ts';
import type { Operation } from '../operation.ts';
import { readAnswers, readParameters } from './reading.ts';

/** What happened, added up. */
export const reportOperations: ReadonlyArray<Operation> = [
  {
    id: 'reportOrdersPerDay',
    method: 'get',
    path: '/reports/orders-per-day',
    tag: 'Reports',
    summary: 'Add up the orders of each day',
    description:
      'How many orders of a currency were placed, paid and cancelled on each UTC day, and what they came to. An order counts ' +
      'as paid on the day on which it was paid, whenever it was placed: so a day that is over stays as it is.',
    access: ['operator', 'auditor'],
    parameters: ['reportedCurrency', 'from', 'to', ...readParameters],
    answers: readAnswers('The days on which anything happened, oldest first.', OrdersPerDay, {
      january: examples.ordersPerDay,
    }),
  },
];
