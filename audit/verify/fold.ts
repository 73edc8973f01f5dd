import * as E from 'fp-ts/lib/Either.js';
import type { RecordedEvent } from '../../domain/events.ts';
import { order } from '../../domain/order/order.ts';
import { isForeign } from '../../eventstore/codec.ts';
import type { LogEvent } from '../../eventstore/logEvent.ts';
import type { WalletEntry } from '../movement.ts';
import { redrives } from './causes.ts';
import { ofDepositEntry, ofDepositRequest } from './deposits.ts';
import { none, tellOf, type Findings, type OnBreach, type Subject } from './invariants.ts';
import { ofLetter } from './letters.ts';
import { misplaced, subjectOf } from './misplaced.ts';
import { ofOpening, ofRequest, ofSettlement } from './orders.ts';
import { ofPayment } from './payments.ts';
import { markOf, newDeposit, newOrder, newWallet, type OrderRecord } from './records.ts';
import type { Shelves } from './shelves.ts';
import { afterEntry, ofEntry } from './wallets.ts';

type OrderEvent = RecordedEvent<
  | 'OrderCreateRequested'
  | 'OrderPending'
  | 'PaymentProcessed'
  | 'OrderPaid'
  | 'OrderCancelled'
  | 'LetterSent'
  | 'LetterNotSent'
>;

const ofOrder = (record: OrderRecord, event: OrderEvent): Findings => {
  if (record.unreadable === true) return none;
  switch (event.type) {
    case 'OrderCreateRequested':
      return ofRequest(record, event);
    case 'OrderPending':
      return ofOpening(record, event);
    case 'PaymentProcessed':
      return ofPayment(record, event);
    case 'OrderPaid':
    case 'OrderCancelled':
      return ofSettlement(record, event);
    case 'LetterSent':
    case 'LetterNotSent':
      return ofLetter(record, event);
  }
};

/** The order after an event. What is there twice is a breach, and the first one counts. */
const afterEvent = (record: OrderRecord, event: OrderEvent): OrderRecord => {
  const latest = markOf(event);
  switch (event.type) {
    case 'OrderCreateRequested':
      return { ...record, latest, request: record.request ?? latest, requested: record.requested ?? event.data };
    case 'OrderPending':
      return {
        ...record,
        latest,
        state: order.evolve(record.state, event),
        requested: undefined,
        pending: record.pending ?? latest,
      };
    case 'PaymentProcessed':
      return { ...record, latest, payment: record.payment ?? { ...latest, data: event.data } };
    case 'OrderPaid':
    case 'OrderCancelled':
      return {
        ...record,
        latest,
        state: order.evolve(record.state, event),
        settlement: record.settlement ?? { ...latest, type: event.type },
      };
    case 'LetterSent':
    case 'LetterNotSent':
      return { ...record, latest, letter: record.letter ?? latest };
  }
};

/** What read models do without, as somebody has decided: positions in the log. */
export interface Skipped {
  readonly orders: ReadonlySet<bigint>;
  readonly wallets: ReadonlySet<bigint>;
}

/** Takes the events of a log, in its order, and holds each to the invariants. */
export const createFold = ({ orders, deposits, wallets }: Shelves, skipped: Skipped, onBreach: OnBreach) => {
  const tell = (at: LogEvent, subject: Subject, findings: Findings): void => tellOf(onBreach, findings, subject, at);

  const takeOrder = (at: LogEvent, event: OrderEvent): void => {
    const { orderId } = event.data;
    const record = orders.get(orderId) ?? newOrder;
    tell(at, { order: orderId }, ofOrder(record, event));
    const after = afterEvent(record, event);
    orders.set(orderId, skipped.orders.has(event.position) ? { ...after, skipped: true } : after);
  };

  const takeEntry = (at: LogEvent, event: WalletEntry): void => {
    const id = `${event.data.userId}.${event.data.currency}`;
    const record = wallets.get(id) ?? newWallet;
    tell(at, { wallet: id }, ofEntry(record, event));
    const after = afterEntry(record, event);
    wallets.set(id, skipped.wallets.has(event.position) ? { ...after, skipped: true } : after);
  };

  const takeDepositEntry = (at: LogEvent, event: RecordedEvent<'FundsDeposited' | 'DepositRefused'>): void => {
    const { depositId } = event.data;
    const record = deposits.get(depositId) ?? newDeposit;
    if (record.unreadable !== true) tell(at, { deposit: depositId }, ofDepositEntry(record, event));
    deposits.set(depositId, { ...record, entry: record.entry ?? markOf(event) });
  };

  const takeRedrive = (at: LogEvent, event: RecordedEvent<'RedriveRequested'>): void => {
    const subject = event.metadata.$correlationId;
    const { request, pending, payment, settlement, letter, unreadable } = orders.get(subject) ?? newOrder;
    const deposit = deposits.get(subject) ?? newDeposit;
    if (unreadable === true || deposit.unreadable === true) return;
    tell(at, {}, redrives(event, [request, pending, payment, settlement, letter, deposit.request, deposit.entry]));
  };

  const take = (at: LogEvent, event: RecordedEvent): void => {
    switch (event.type) {
      case 'PaymentProcessed':
        takeEntry(at, event);
        return takeOrder(at, event);
      case 'OrderCreateRequested':
      case 'OrderPending':
      case 'OrderPaid':
      case 'OrderCancelled':
      case 'LetterSent':
      case 'LetterNotSent':
        return takeOrder(at, event);
      case 'DepositRequested': {
        const { depositId } = event.data;
        const record = deposits.get(depositId) ?? newDeposit;
        tell(at, { deposit: depositId }, ofDepositRequest(record, event));
        const kept = { request: record.request ?? markOf(event), requested: record.requested ?? event.data };
        return deposits.set(depositId, { ...record, ...kept });
      }
      case 'FundsDeposited':
      case 'DepositRefused':
        takeEntry(at, event);
        return takeDepositEntry(at, event);
      case 'RedriveRequested':
        return takeRedrive(at, event);
      // A decision about a read model, of which no order, deposit or wallet is any different.
      case 'EventSkipped':
        return undefined;
    }
  };

  /** Nobody can say any more what is missing. */
  const takeUnreadable = (at: LogEvent, subject: Subject): void => {
    if ('order' in subject) orders.set(subject.order, { ...(orders.get(subject.order) ?? newOrder), unreadable: true });
    if ('deposit' in subject)
      deposits.set(subject.deposit, { ...(deposits.get(subject.deposit) ?? newDeposit), unreadable: true });
    if ('wallet' in subject) {
      const { revision, position } = at;
      wallets.set(subject.wallet, {
        ...(wallets.get(subject.wallet) ?? newWallet),
        balance: undefined,
        revision,
        position,
      });
    }
  };

  return (at: LogEvent): void => {
    const { decoded, stream } = at;
    if (E.isLeft(decoded)) {
      const subject = subjectOf(stream);
      tell(at, subject, [
        { invariant: 'event-readable', expected: 'an event that this code can read', found: decoded.left.message },
      ]);
      return takeUnreadable(at, subject);
    }
    if (!isForeign(decoded.right)) return take(at, decoded.right);
    const finding = misplaced(at, decoded.right.foreign);
    if (finding === undefined) return;
    const subject = subjectOf(stream);
    tell(at, subject, [finding]);
    // It has a revision of its own in the wallet, and moves no money.
    if ('wallet' in subject) {
      const record = wallets.get(subject.wallet) ?? newWallet;
      wallets.set(subject.wallet, { ...record, revision: at.revision, position: at.position });
    }
  };
};
