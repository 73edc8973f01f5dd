import { describe, expect, it } from '@jest/globals';
import { history } from './examples.ts';
import { teapots } from './orderRequest/examples.ts';
import { story } from './story.ts';

const ofTeapots = history.filter(({ metadata }) => metadata.$correlationId === teapots.orderId);

describe('story', () => {
  it('tells what happened, when, why, and where the order stood', () => {
    expect(story(ofTeapots).map(({ event, meaning, took, status }) => [event.type, meaning, took, status])).toEqual([
      ['OrderCreateRequested', 'alice asked for an order of 55.00 EUR', undefined, 'Requested'],
      ['OrderPending', 'the order waits for its payment', 1000, 'Pending'],
      ['PaymentProcessed', 'the wallet paid 55.00 EUR and holds 45.00 EUR', 1000, 'Pending'],
      ['OrderPaid', 'the order is paid by operation c0a8f1d2-6b3e-5c47-8d19-2e4f7a9b1c44', 1000, 'Paid'],
      ['LetterSent', 'the letter of happiness is sent', 1000, 'Paid'],
      ['RedriveRequested', 'olga had orders.create handle it again: billing was fixed', 10000, 'Paid'],
    ]);
  });

  it('is the same in whatever order the events come', () => {
    expect(story([...ofTeapots].reverse())).toEqual(story(ofTeapots));
  });

  it('names who asked', () => {
    expect(story(ofTeapots)[0]?.actor).toEqual({ subject: 'alice', role: 'client' });
  });
});
