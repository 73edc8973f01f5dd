import { piano, teapots } from '../orderRequest/examples.ts';
import type { LetterNotSent, LetterSent } from './messages.ts';

export const happinessSent: LetterSent = {
  type: 'LetterSent',
  data: { orderId: teapots.orderId, letter: 'happiness', messageId: `<${teapots.orderId}.happiness@orderflow>` },
};

export const sorrowNotSent: LetterNotSent = {
  type: 'LetterNotSent',
  data: { orderId: piano.orderId, letter: 'sorrow', reason: 'NoAddress' },
};
