import { events, type DomainEvent } from '../../domain/events.ts';
import type { Actor } from '../../domain/metadata.ts';
import type { OrderStatus } from '../../domain/order/messages.ts';
import type { Category } from '../../domain/streams.ts';
import type { AuditedStep } from './history.ts';
import type { OrderState } from './state.ts';

/** Who appends to the streams of a category; what operators decide, their own commands do. */
const writers = {
  orderRequest: 'gateway',
  deposit: 'gateway',
  order: 'orders',
  wallet: 'billing',
  notification: 'notifications',
  redrive: 'redrive',
  skip: 'projections skip',
} as const satisfies Record<Category, string>;

/** One event of an order as it is told to programs. Positions are decimal digits in a string. */
export interface ReportedStep {
  readonly id: string;
  readonly type: DomainEvent['type'];
  readonly meaning: string;
  /** The store's own time, in ISO 8601. */
  readonly at: string;
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  /** Service or command that appended it. */
  readonly writer: (typeof writers)[Category];
  /** Who asked, on requests. */
  readonly actor?: Actor;
  /** Its cause, and the place that its pointer names; `isMissing` when it does not stand there. */
  readonly causedBy?: {
    readonly id: string;
    readonly isMissing: boolean;
    readonly stream?: string;
    readonly revision?: number;
  };
  /** Milliseconds since the cause. */
  readonly took?: number;
  /** Versions of the payload and of the rules that decided. */
  readonly version: number;
  readonly policy: number;
  readonly data: DomainEvent['data'];
  readonly after: {
    readonly status?: OrderStatus;
    readonly request: OrderState['request']['status'];
    readonly order: OrderState['order']['status'];
    /** What the wallet held after its entry for the order; `balance` in minor units. */
    readonly wallet?: { readonly balance: number; readonly currency: string };
    readonly letter: OrderState['letter']['status'];
  };
}

export interface OrderReport {
  readonly orderId: string;
  readonly status?: OrderStatus;
  /** In log order. */
  readonly events: ReadonlyArray<ReportedStep>;
}

const after = (status: OrderStatus | undefined, { request, order, wallet, letter }: OrderState) => ({
  ...(status !== undefined && { status }),
  request: request.status,
  order: order.status,
  ...(wallet !== undefined && { wallet: { balance: wallet.balance, currency: wallet.currency } }),
  letter: letter.status,
});

const reported = ({ event, state, actor, causedBy, took, ...step }: AuditedStep): ReportedStep => ({
  id: event.id,
  type: event.type,
  meaning: step.meaning,
  at: event.created.toISOString(),
  position: String(event.position),
  stream: event.stream,
  revision: event.revision,
  writer: writers[events[event.type].category],
  ...(actor !== undefined && { actor }),
  ...(causedBy !== undefined && {
    causedBy: { id: causedBy, isMissing: step.isCauseMissing, ...event.metadata.causation },
  }),
  ...(took !== undefined && { took }),
  version: event.metadata.version,
  policy: event.metadata.policy,
  data: event.data,
  after: after(step.status, state),
});

/** The history of an order for programs. */
export const reportOf = (orderId: string, steps: ReadonlyArray<AuditedStep>): OrderReport => {
  const status = steps.at(-1)?.status;
  return { orderId, ...(status !== undefined && { status }), events: steps.map(reported) };
};
