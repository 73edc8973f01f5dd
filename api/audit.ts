import * as t from 'io-ts';
import { Currency } from '../domain/currency.ts';
import { events } from '../domain/events.ts';
import { Actor } from '../domain/metadata.ts';
import { Balance, Revision } from '../domain/money.ts';
import { Uuid } from '../domain/text.ts';
import { orderTypes, Position, Status, Time } from './answers.ts';

const types = { ...orderTypes, RedriveRequested: null };

/** Those with more fields first: a codec drops what it does not know. */
const Data = t.union(
  [
    events.OrderPaid.codec,
    events.OrderCancelled.codec,
    events.PaymentProcessed.codec,
    events.OrderCreateRequested.codec,
    events.LetterSent.codec,
    events.LetterNotSent.codec,
    events.RedriveRequested.codec,
  ],
  'AuditedData',
);

/** What each service knew of the order after an event; `balance` in minor units, once the wallet has its entry. */
const After = t.intersection(
  [
    t.strict({
      request: t.keyof({ None: null, Requested: null }),
      order: t.keyof({ None: null, Pending: null, Settled: null }),
      letter: t.keyof({ Owed: null, Closed: null }),
    }),
    t.exact(t.partial({ status: Status, wallet: t.strict({ balance: Balance, currency: Currency }) })),
  ],
  'AuditedState',
);

/** The event that made another one happen, and where that one says that it stands. */
const Cause = t.intersection(
  [t.strict({ id: t.string, isMissing: t.boolean }), t.exact(t.partial({ stream: t.string, revision: Revision }))],
  'AuditedCause',
);

/**
 * An event of an order as the log holds it. `writer` is the service or command that appended it, `actor` who asked, `took`
 * milliseconds since the cause; a cause `isMissing` that does not stand where the event points to.
 */
const AuditedEvent = t.intersection(
  [
    t.strict({
      id: Uuid,
      type: t.keyof(types, 'AuditedType'),
      meaning: t.string,
      at: Time,
      position: Position,
      stream: t.string,
      revision: Revision,
      writer: t.string,
      version: Revision,
      policy: Revision,
      data: Data,
      after: After,
    }),
    t.exact(t.partial({ actor: Actor, causedBy: Cause, took: t.number })),
  ],
  'AuditedEvent',
);

/** All that the log says of an order, oldest event first. */
export const AuditedOrder = t.intersection(
  [t.strict({ orderId: Uuid, events: t.readonlyArray(AuditedEvent) }), t.exact(t.partial({ status: Status }))],
  'AuditedOrder',
);
export type AuditedOrder = t.TypeOf<typeof AuditedOrder>;
