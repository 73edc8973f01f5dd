import type { RecordedEvent } from '../../domain/events.ts';
import { caused } from './causes.ts';
import { broken, first, must, type Findings } from './invariants.ts';
import type { OrderRecord } from './records.ts';

const fitting = { OrderPaid: 'happiness', OrderCancelled: 'sorrow' } as const;

/** What is recorded of an order's letter. */
export const ofLetter = (
  { settlement, letter }: OrderRecord,
  event: RecordedEvent<'LetterSent' | 'LetterNotSent'>,
): Findings => {
  if (letter !== undefined)
    return broken('letter-once', `no record but ${letter.id}`, `another one, ${event.type} ${event.id}`);
  if (settlement === undefined)
    return broken('letter-after-settlement', 'an OrderPaid or OrderCancelled before it', 'none');
  const { orderId, letter: kind } = event.data;
  return first(
    () => caused(event, settlement, orderId),
    () =>
      must(
        kind === fitting[settlement.type],
        'letter-fits',
        () => `the letter of ${fitting[settlement.type]}, for ${settlement.type}`,
        () => `the letter of ${kind}`,
      ),
  );
};
