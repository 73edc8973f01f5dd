import { Health } from '../../../../api/answers.ts';
import type { Operation } from '../operation.ts';

const ready = { eventStore: { ok: true }, database: { ok: true } };
const notReady = { eventStore: { ok: true }, database: { ok: false } };

/** The service itself: whether it runs, and how it is used. */
export const serviceOperations: ReadonlyArray<Operation> = [
  {
    id: 'isAlive',
    method: 'get',
    path: '/health/live',
    tag: 'Operation',
    summary: 'Ask whether the gateway is alive',
    description: 'What gets no answer should be restarted.',
    access: 'anybody',
    isExempt: true,
    answers: { 204: { description: 'It is.' } },
  },
  {
    id: 'isReady',
    method: 'get',
    path: '/health/ready',
    tag: 'Operation',
    summary: 'Ask whether the gateway can do its work',
    description: 'What is not ready should get no requests, but a restart would not help.',
    access: 'anybody',
    isExempt: true,
    answers: {
      200: { description: 'It can.', content: { codec: Health, examples: { ready } } },
      503: { description: 'Something that it needs is away.', content: { codec: Health, examples: { notReady } } },
    },
  },
];
