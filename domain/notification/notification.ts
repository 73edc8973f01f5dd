import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider } from '../decider.ts';
import type { Letter, LetterFault, NotificationEvent } from './messages.ts';

/** Whether an order's letter is still owed. */
export type Notification = { readonly status: 'Owed' } | { readonly status: 'Closed' };

interface Addressed {
  readonly orderId: string;
  readonly letter: Letter;
}

/** Owned by notifications; stream `notification-{orderId}`, one event at most. */
export type NotificationCommand =
  | (Addressed & { readonly type: 'RecordSent'; readonly messageId: string })
  | (Addressed & { readonly type: 'RecordNotSent'; readonly reason: LetterFault });

const record = (command: NotificationCommand): NotificationEvent => {
  const { orderId, letter } = command;
  switch (command.type) {
    case 'RecordSent':
      return { type: 'LetterSent', data: { orderId, letter, messageId: command.messageId } };
    case 'RecordNotSent':
      return { type: 'LetterNotSent', data: { orderId, letter, reason: command.reason } };
  }
};

const decide: Decider<NotificationCommand, Notification, NotificationEvent>['decide'] = (command, state) =>
  E.right(state.status === 'Closed' ? O.none : O.some(record(command)));

export const notification: Decider<NotificationCommand, Notification, NotificationEvent> = {
  initial: { status: 'Owed' },
  decide,
  evolve: () => ({ status: 'Closed' }),
};
